"""Who may do what on a host. Runs on the target, so it must not import muhtar."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from ansible.module_utils.muhtar_dpkg import Found, entry
from ansible.module_utils.muhtar_host import Host

# Whoever is in one of them can become root, or read what only root should.
POWER = frozenset({"root", "sudo", "wheel", "admin", "adm", "docker", "lxd", "incus-admin", "libvirt", "disk", "shadow", "kmem"})
FIRST_USER, NOBODY = 1000, 65534
# Lines of Debian's own /etc/sudoers, and of the releases before.
SUDOERS = frozenset(
    {
        "Defaults env_reset",
        "Defaults mail_badpass",
        'Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"',
        "Defaults use_pty",
        "root ALL=(ALL:ALL) ALL",
        "%sudo ALL=(ALL:ALL) ALL",
    }
)
KEY_TYPE = re.compile(r"(?:^|\s)((?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+)\s+([A-Za-z0-9+/=]+)(?:\s+(.*))?$")


class Accounts(Host):  # type: ignore[misc] # ansible is untyped
    """Accounts, members of groups that give power, lines of sudoers, authorized keys."""

    def users(self) -> Iterator[Found]:
        fields = [line.split(":") for line in self.optional("/etc/shadow").splitlines()]
        # Never more of a hash than whether it is one.
        usable = {shadow[0] for shadow in fields if len(shadow) > 1 and not shadow[1].startswith(("!", "*"))}
        for name, _, uid, _, _, home, shell in self.accounts:
            about = f"uid {uid}, {shell or 'no shell'}, home {home}"
            if (uid == "0" and name != "root") or FIRST_USER <= int(uid) != NOBODY:
                yield entry(name, about)
            elif name in usable and name != "root":
                yield entry(name, f"a system account with a password, {about}")

    def members(self) -> Iterator[Found]:
        for line in self.text("/etc/group").splitlines():
            group, _, gid, listed = [*line.split(":"), "", "", ""][:4]
            if group not in POWER and gid != "0":
                continue
            primary = [account[0] for account in self.accounts if account[3] == gid]
            for user in sorted({*filter(None, listed.split(",")), *primary} - {"root"}):
                yield entry(f"{group}:{user}", "")

    def sudoers(self, absolute: str = "/etc/sudoers", seen: frozenset[str] = frozenset()) -> Iterator[Found]:
        if absolute in seen:
            return
        for raw in self.optional(absolute).replace("\\\n", " ").splitlines():
            line = " ".join(raw.split())
            include = re.match(r"[@#](include(?:dir)?) (\S+)", line)
            if include and include[1] == "include":
                yield from self.sudoers(self.beside(absolute, include[2]), seen | {absolute})
            elif include:
                for path in self.inside(self.beside(absolute, include[2])):
                    if "." not in path.name and not path.name.endswith("~"):
                        yield from self.sudoers(self.name_of(path), seen | {absolute})
            # "#1000" at the beginning is a user's number, and no comment.
            elif line and not re.match(r"#(?!\d)", line) and line not in SUDOERS:
                yield entry(line, f"in {absolute}", also=[absolute])

    def beside(self, absolute: str, other: str) -> str:
        return other if other.startswith("/") else str(Path(absolute).parent / other)

    def keys(self) -> Iterator[Found]:
        patterns = [".ssh/authorized_keys", ".ssh/authorized_keys2"]
        if self.path("/usr/sbin/sshd").exists():
            code, out, err = self.command(["/usr/sbin/sshd", "-T"])
            if code:
                self.miss(f"sshd -T: {(err.strip() or str(code)).splitlines()[0]}")
            settings = dict(line.partition(" ")[::2] for line in out.splitlines())
            patterns = settings.get("authorizedkeysfile", " ".join(patterns)).split()
            if settings.get("authorizedkeyscommand", "none") != "none":
                yield entry(f"program {settings['authorizedkeyscommand']}", "sshd asks it for the keys of everybody")
        for name, _, _, _, _, home, _ in self.accounts:
            for pattern in patterns:
                path = pattern.replace("%h", home).replace("%u", name).replace("%%", "%")
                absolute = path if path.startswith("/") else f"{home.rstrip('/')}/{path}"
                for line in self.optional(absolute).splitlines() if pattern != "none" else ():
                    if key := fingerprint(line):
                        kind, digest, comment = key
                        yield entry(
                            f"{name} {digest}", f"{kind} {comment or 'without a comment'}, in {absolute}", also=[absolute]
                        )


def fingerprint(line: str) -> tuple[str, str, str] | None:
    """Type, SHA-256 fingerprint as OpenSSH shows it, and comment; None for a line that is no key."""
    found = KEY_TYPE.search(line.strip())
    if found is None or line.lstrip().startswith("#"):
        return None
    try:
        body = base64.b64decode(found[2], validate=True)
    except ValueError:
        return None
    # The body begins with the length and the name of its type; sshd ignores a line where they differ.
    if body[4 : 4 + len(found[1])] != found[1].encode():
        return None
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode().rstrip("=")
    return found[1], f"SHA256:{digest}", found[3] or ""
