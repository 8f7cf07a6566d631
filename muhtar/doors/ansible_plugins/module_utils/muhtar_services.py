"""What runs on a host or will, and what listens. Runs on the target, so it must not import muhtar."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from ansible.module_utils.muhtar_dpkg import Found, entry
from ansible.module_utils.muhtar_host import Host

UNIT_FOLDERS = (
    "/etc/systemd/system",
    "/etc/systemd/user",
    "/usr/local/lib/systemd/system",
    "/usr/lib/systemd/system",
    "/lib/systemd/system",
)
BOOT_FOLDERS = ("/etc/init.d", "/etc/systemd/system-generators", "/usr/local/lib/systemd/system-generators")
# What systemd's own package enables, without a note of it.
ENABLED = frozenset({"getty@tty1.service", "remote-fs.target", "systemd-pstore.service", "systemd-timesyncd.service"})
CRON_FOLDERS = ("cron.d", "cron.hourly", "cron.daily", "cron.weekly", "cron.monthly", "cron.yearly")


class Services(Host):  # type: ignore[misc] # ansible is untyped
    """Listening ports, entries of cron and at, units of systemd and scripts of the boot."""

    def ports(self) -> Iterator[Found]:
        names_of = {account[2]: account[0] for account in self.accounts}
        programs = self.programs()
        found: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
        for proto in ("tcp", "udp"):
            for file in (proto, f"{proto}6"):
                # Without IPv6 in the kernel there is no such file.
                table = self.text(f"/proc/net/{file}") if file == proto else self.optional(f"/proc/net/{file}")
                for line in table.splitlines()[1:]:
                    words = line.split()
                    local, remote, state, uid, inode = words[1], words[2], words[3], words[7], words[9]
                    waits = state == "0A" if proto == "tcp" else state == "07" and not remote.strip("0:")
                    if waits:
                        address, _, port = local.rpartition(":")
                        key = (f"{int(port, 16)}/{proto}", names_of.get(uid, uid))
                        known = found.setdefault(key, (set(), set()))
                        known[0].add(shown(address))
                        known[1].update(filter(None, [programs.get(inode)]))
        for (port, user), (addresses, running) in found.items():
            by = f" by {', '.join(sorted(running))}" if running else ""
            yield entry(f"{port} of {user}", f"on {', '.join(sorted(addresses))}{by}", also=[port])

    def programs(self) -> dict[str, str]:
        """Which program has the socket of that inode, as far as we may see."""
        found = {}
        for process in self.path("/proc").glob("[0-9]*"):
            try:
                for link in (process / "fd").iterdir():
                    target = str(link.readlink())
                    if target.startswith("socket:["):
                        found[target[8:-1]] = (process / "comm").read_text().strip()
            except OSError:
                # Gone meanwhile, or not ours to see: the port is told in any case.
                continue
        return found

    def cron(self) -> Iterator[Found]:
        files = [self.path(f"/etc/{name}") for name in ("crontab", "anacrontab")]
        files += [path for folder in CRON_FOLDERS for path in self.inside(f"/etc/{folder}")]
        own = [path for folder in ("crontabs", "atjobs") for path in self.inside(f"/var/spool/cron/{folder}")]
        paths = [self.name_of(path) for path in files if path.exists()]
        dpkg, owners = self.owners(paths)
        left = [path for path in paths if not dpkg.shipped(path, owners.get(path))]
        for path in [*left, *(self.name_of(path) for path in own)]:
            owner = f"changed since package {owners[path]} brought it, " if path in owners else ""
            lines = [line for line in self.optional(path).splitlines() if line.strip() and not line.lstrip().startswith("#")]
            # A command's arguments may hold passwords: they are not shown.
            yield entry(path, f"{owner}lines: {len(lines)}")

    def units(self) -> Iterator[Found]:
        names_of: dict[str, str] = {}
        enabled: set[str] = set()
        # Where /lib is a link to /usr/lib, it would only show the same again.
        linked = self.path("/lib").is_symlink()
        for folder in UNIT_FOLDERS[:-1] if linked else UNIT_FOLDERS:
            for path in self.inside(folder):
                if path.name.endswith((".wants", ".requires", ".upholds")) and path.is_dir():
                    enabled.update(link.name for link in self.inside(self.name_of(path)) if folder.startswith("/etc"))
                elif path.name.endswith(".d") and path.is_dir():
                    names_of |= {self.name_of(conf): f"{path.name}/{conf.name}" for conf in self.inside(self.name_of(path))}
                elif path.is_file() and not self.alias(path):
                    names_of[self.name_of(path)] = path.name
        names_of |= {self.name_of(path): path.name for folder in BOOT_FOLDERS for path in self.inside(folder)}
        if self.path("/etc/rc.local").exists():
            names_of["/etc/rc.local"] = "rc.local"
        names_of |= {path: f"{home}/{Path(path).name}" for home, path in self.units_of_users()}
        fragments = {name: place for name in enabled if (place := self.fragment(name))}
        _, owners = self.owners([*names_of, *fragments.values()])
        for place, name in names_of.items():
            if place not in owners:
                yield entry(name, f"{place}{', enabled' if name in enabled else ''}", also=[place])
        for name in enabled:
            owner = owners.get(fragments.get(name, ""))
            if owner and name not in ENABLED and not self.enabled_by_package(name):
                yield entry(name, f"of package {owner}, which does not enable it by itself")

    def alias(self, path: Path) -> bool:
        """Is it a link to a unit that is looked at by its own name, or to nothing (which masks it)?"""
        if not path.is_symlink():
            return False
        target = os.path.normpath(path.parent / path.readlink())
        return target == "/dev/null" or str(Path(target).parent) in {*UNIT_FOLDERS, "/usr/lib/systemd/user"}

    def units_of_users(self) -> Iterator[tuple[str, str]]:
        for name, _, _, _, _, home, _ in self.accounts:
            folder = f"{home.rstrip('/')}/.config/systemd/user"
            for path in self.inside(folder):
                if path.is_file():
                    yield name, self.name_of(path)

    def fragment(self, name: str) -> str | None:
        template = re.sub(r"@.*(\.\w+)$", r"@\1", name)
        files = [f"{folder}/{each}" for each in (name, template) for folder in UNIT_FOLDERS]
        return next((file for file in files if self.path(file).is_file()), None)

    def enabled_by_package(self, name: str) -> bool:
        """Debian's packages note what they enable themselves (deb-systemd-helper(1p))."""
        noted = self.path("/var/lib/systemd/deb-systemd-helper-enabled")
        return any(noted.glob(f"*.wants/{name}")) or any(noted.glob(f"*.requires/{name}"))


def shown(address: str) -> str:
    """An address of /proc/net as people write it: words of four bytes, each the wrong way round."""
    raw = bytes.fromhex(address)
    if sys.byteorder == "little":
        raw = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
    return socket.inet_ntop(socket.AF_INET if len(raw) == 4 else socket.AF_INET6, raw)
