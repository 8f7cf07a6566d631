"""Programs that Muhtar needs newer than the machine has them: fetched from Debian's archive, kept in the state folder."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from muhtar.doors import apt
from muhtar.doors.process import run
from muhtar.errors import DoorError
from muhtar.settings import atomic_write, home, locked

__all__ = ["RESTIC_WANTED", "download", "kept_restic", "restic_binary", "system_restic"]

# 0.17 brought the exit codes that we rely on (10, 11, 12); 0.18 is what is tested.
RESTIC_WANTED = (0, 18)
_SUITE = "trixie"


def restic_binary() -> Path:
    """A restic of 0.18 or newer: the system's, else Debian's own, fetched once into `<home>/tools` without touching the system.

    Raises DoorError where it can be had neither way.
    """
    if found := system_restic() or kept_restic():
        return found
    with locked("tools-restic", wait=300):
        return kept_restic() or _fetch()


def system_restic() -> Path | None:
    """The system's restic, if it is new enough."""
    path = shutil.which("restic")
    return Path(path) if path and _version(Path(path)) >= RESTIC_WANTED else None


def kept_restic() -> Path | None:
    """The restic that was fetched before."""
    path = home() / "tools" / "restic"
    return path if path.is_file() else None


def _version(path: Path) -> tuple[int, ...]:
    told = run([path, "version"], check=False, timeout=20).stdout
    found = re.match(r"restic (\d+)\.(\d+)", told)
    return (int(found[1]), int(found[2])) if found else (0,)


def _fetch() -> Path:
    tools = home() / "tools"
    tools.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restic.", dir=tools) as name:
        scratch = Path(name)
        package = download("restic", scratch)
        run(["dpkg-deb", "-x", package, scratch / "root"])
        binary = scratch / "root" / "usr" / "bin" / "restic"
        if _version(binary) < RESTIC_WANTED:
            raise DoorError(f"the restic of {_SUITE} is older than expected", mend="install restic 0.18 or newer")
        binary.replace(tools / "restic")
    return tools / "restic"


def download(package: str, scratch: Path) -> Path:
    """Fetch a package of trixie into a folder, with an apt whose lists and state are our own; the system's stay as they are.

    Raises DoorError where Debian's archive does not give it.
    """
    for folder in ("state/lists/partial", "cache/archives/partial", "parts"):
        (scratch / folder).mkdir(parents=True)
    (scratch / "state" / "status").touch()
    with atomic_write(scratch / "sources.list") as stream:
        stream.write(f"deb {apt.mirrors().main} {_SUITE} main\n")
    options = [
        f"Dir::State={scratch / 'state'}",
        f"Dir::State::status={scratch / 'state' / 'status'}",
        f"Dir::Cache={scratch / 'cache'}",
        f"Dir::Etc::sourcelist={scratch / 'sources.list'}",
        f"Dir::Etc::sourceparts={scratch / 'parts'}",
        f"Dir::Etc::preferencesparts={scratch / 'parts'}",
        # apt drops root for downloads, and its user cannot enter our folder.
        "APT::Sandbox::User=root",
    ]
    argv = ["apt-get", "-q", *(word for option in options for word in ("-o", option))]
    try:
        run([*argv, "update"], timeout=300)
        run([*argv, "download", package], cwd=scratch, timeout=300)
    except DoorError as error:
        raise DoorError(
            f"cannot fetch {package} from Debian's archive: {error.message}", mend=f"install the {package} of {_SUITE}"
        ) from error
    return next(scratch.glob(f"{package}_*.deb"))
