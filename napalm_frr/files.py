"""The driver's own files on the router: private to the login user, gone when they have done their work."""

from __future__ import annotations

import shlex
import uuid

from napalm_frr.transport import Transport

__all__ = ["Files"]

# frr-reload.py always writes the startup configuration, unless the file it is given is `frr.conf` of its --confdir. So each
# text lives in a folder of its own under that name, and we say ourselves when the startup configuration is written.
NAME = "frr.conf"
PENDING = "pending"
# A session that broke could not tidy up. After this many minutes, more than a commit can wait (a day), the next one does it.
STALE = 25 * 60


class Files:
    """Configuration texts kept on the router. A text's place is a path; secrets travel through stdin only."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._tag = uuid.uuid4().hex[:12]
        self._home: str | None = None

    @property
    def home(self) -> str:
        """The folder of all of them, in the login user's home; what broken sessions left there long ago is removed."""
        if self._home is None:
            sweep = f"find . -mindepth 1 -maxdepth 1 -mmin +{STALE} -exec rm -rf {{}} +"
            said = self._transport.run(f'(cd "$HOME/.napalm_frr" 2>/dev/null && {sweep}); printf %s "$HOME"').out.strip()
            self._home = f"{said}/.napalm_frr"
        return self._home

    @property
    def candidate(self) -> str:
        """This session's candidate."""
        return f"{self.home}/candidate-{self._tag}/{NAME}"

    @property
    def rollback(self) -> str:
        """What this session's last commit replaced."""
        return f"{self.home}/rollback-{self._tag}/{NAME}"

    @property
    def pending(self) -> str:
        """What comes back unless the waiting commit is confirmed, by whichever session."""
        return f"{self.home}/{PENDING}/{NAME}"

    def write(self, path: str, text: str) -> None:
        """Keep `text` at `path`, readable by the login user (and root) alone."""
        folder = shlex.quote(folder_of(path))
        self._transport.run(f"umask 077 && mkdir -p {folder} && cat > {shlex.quote(path)}", stdin=text)

    def read(self, path: str) -> str:
        """The text at `path`."""
        return self._transport.run(f"cat {shlex.quote(path)}").out

    def remove(self, *paths: str) -> None:
        """Forget texts, and the folder too once it is empty. Absent ones are fine."""
        folders = " ".join(shlex.quote(folder_of(path)) for path in paths)
        self._transport.run(f"rm -rf {folders}; rmdir {shlex.quote(self.home)} 2>/dev/null || true")


def folder_of(path: str) -> str:
    """The folder that a text has for itself; also the --confdir under which frr-reload.py leaves the startup file alone."""
    return path.rpartition("/")[0]
