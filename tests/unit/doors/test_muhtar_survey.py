"""The module that looks for what nobody declared, on a host made of files: the distribution's own is not told, the rest is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ansible.module_utils
import pytest

from muhtar.settings import ROOT

PLUGINS = ROOT / "muhtar" / "doors" / "ansible_plugins"
# Where Ansible finds them, too.
ansible.module_utils.__path__.append(str(PLUGINS / "module_utils"))

from muhtar.doors.ansible_plugins.modules import muhtar_survey as module  # noqa: E402

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC9oJF5FTg1afuF5Iy2alrtU4+qKLLmcKsWh69fgC60N"
FINGERPRINT = "SHA256:peupYpX0Ss1WDbpqNLc7acNZ6hARze0xc+hCNwe8Cqg"
STATUS = """\
Package: base-files
Essential: yes
Status: install ok installed
Priority: required

Package: libbase
Status: install ok installed
Priority: optional

Package: systemd
Status: install ok installed
Priority: important
Depends: libbase (>= 1), libc6 | libc7

Package: cron
Status: install ok installed
Priority: important
Conffiles:
 /etc/cron.d/e2scrub 08b57c2b4bb12fd1bd4bd5bb4de5b0f3

Package: nginx
Status: install ok installed
Priority: optional
Depends: nginx-common, httpd-cgi

Package: nginx-common
Status: install ok installed
Priority: optional

Package: fcgi
Status: install ok installed
Priority: optional
Provides: httpd-cgi (= 1)

Package: gone
Status: deinstall ok config-files
Priority: optional
"""
LISTENING = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"


class Host:
    """Files of a small Debian, and what its programs say."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.said: dict[str, tuple[int, str, str]] = {"timeout": (0, "4755 root /usr/bin/sudo\n", "")}
        self.put("/etc/passwd", "root:x:0:0::/root:/bin/bash\ngames:x:5:60::/usr/games:/usr/sbin/nologin\n")
        self.put("/etc/shadow", "root:$6$salt$hash:1::::::\ngames:*:1::::::\n")
        self.put("/etc/group", "root:x:0:\nsudo:x:27:\naudio:x:29:\n")
        self.put("/etc/sudoers", "Defaults\tenv_reset\nroot\tALL=(ALL:ALL) ALL\n# a remark\n@includedir /etc/sudoers.d\n")
        self.put("/etc/os-release", "ID=debian\nVERSION_CODENAME=bookworm\n")
        self.put("/etc/apt/sources.list", "deb http://mirror.example/debian bookworm main\n")
        self.put("/proc/net/tcp", LISTENING)
        self.put("/proc/net/udp", LISTENING)
        self.put("/proc/self/mounts", "overlay / overlay rw 0 0\ntmpfs /tmp tmpfs rw,nosuid 0 0\n/dev/sdb /srv ext4 rw 0 0\n")
        self.put("/var/lib/dpkg/status", STATUS)
        self.put("/var/lib/apt/extended_states", "Package: nginx-common\nAuto-Installed: 1\n")
        self.put("/var/lib/dpkg/info/sudo.list", "/.\n/usr/bin/sudo\n/etc/sudoers\n")
        self.put("/var/lib/dpkg/info/systemd:amd64.list", "/lib/systemd/system/tidy.timer\n")
        self.put("/usr/lib/systemd/system/tidy.timer", "")

    def put(self, path: str, text: str) -> None:
        file = self.root / path[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def link(self, path: str, target: str) -> None:
        file = self.root / path[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.symlink_to(target)

    def look(self) -> Any:
        return module.Survey(self.root, lambda argv: self.said.get(argv[0], (127, "", "missing")))

    def names(self, kind: str) -> list[str]:
        found = self.look()
        assert found.unread == {}
        return [str(thing["name"]) for thing in found.facts[kind]]


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


def test_of_what_the_distribution_brings_nothing_is_told_but_packages_that_somebody_asked_for(host: Host) -> None:
    found = host.look()
    assert found.unread == {}
    assert {kind: [thing["name"] for thing in things] for kind, things in found.facts.items() if things} == {
        "packages": ["fcgi", "nginx"]
    }
    assert list(found.facts) == list(module.KINDS)


def test_packages_that_others_need_say_by_which(host: Host) -> None:
    needed = {thing["name"]: thing["needed_by"] for thing in host.look().facts["packages"]}
    assert needed == {"fcgi": ["nginx"], "nginx": []}


def listens(local: str, state: str, uid: int) -> str:
    width = len(local.partition(":")[0])
    return f"   0: {local} {'0' * width}:0000 {state} 00000000:00000000 00:00000000 00000000 {uid:5} 0 4711 1 0 100 0 0 10 0\n"


def changed_cron(host: Host) -> None:
    host.put("/var/lib/dpkg/info/cron.list", "/etc/cron.d/e2scrub\n")
    host.put("/etc/cron.d/e2scrub", "* * * * * root x\n")


def offered(host: Host, line: str, file: str = "sources.list") -> None:
    host.put(f"/etc/apt/{file}", f"{line}\n")


Plant = Callable[[Host], None]
PLANTED: list[tuple[str, str, Plant]] = [
    ("users", "eve", lambda host: host.put("/etc/passwd", "eve:x:1001:1001::/home/eve:/bin/sh\n")),
    ("users", "toor", lambda host: host.put("/etc/passwd", "toor:x:0:0::/root:/bin/sh\n")),
    ("users", "games", lambda host: host.put("/etc/shadow", "games:$6$salt$hash:1::::::\n")),
    ("members", "sudo:eve", lambda host: host.put("/etc/group", "sudo:x:27:eve\n")),
    ("members", "root:games", lambda host: host.put("/etc/passwd", "games:x:5:0::/usr/games:/usr/sbin/nologin\n")),
    ("sudoers", "eve ALL=(ALL) NOPASSWD: ALL", lambda host: host.put("/etc/sudoers.d/x", "eve ALL=(ALL) \\\n  NOPASSWD:  ALL\n")),
    ("sudoers", "#1001 ALL = ALL", lambda host: host.put("/etc/sudoers.d/x", "#1001 ALL = ALL\n# a remark\n")),
    ("sudoers", "Defaults !authenticate", lambda host: host.put("/etc/sudoers.d/x", "Defaults !authenticate\n")),
    ("keys", f"root {FINGERPRINT}", lambda host: host.put("/root/.ssh/authorized_keys2", f'command="x y" {KEY} me\n# {KEY}\n')),
    ("ports", "443/tcp of games", lambda host: host.put("/proc/net/tcp", LISTENING + listens("0100007F:01BB", "0A", 5))),
    ("ports", "161/udp of root", lambda host: host.put("/proc/net/udp6", LISTENING + listens(f"{'0' * 32}:00A1", "07", 0))),
    ("cron", "/var/spool/cron/crontabs/games", lambda host: host.put("/var/spool/cron/crontabs/games", "@daily x\n")),
    ("cron", "/etc/cron.d/e2scrub", changed_cron),
    ("cron", "/etc/cron.daily/mine", lambda host: host.put("/etc/cron.daily/mine", "#!/bin/sh\n")),
    ("units", "mine.timer", lambda host: host.put("/etc/systemd/system/mine.timer", "")),
    ("units", "mine.service", lambda host: host.put("/usr/lib/systemd/system/mine.service", "")),
    ("units", "tidy.timer.d/mine.conf", lambda host: host.put("/etc/systemd/system/tidy.timer.d/mine.conf", "")),
    ("units", "tidy.timer", lambda host: host.link("/etc/systemd/system/timers.target.wants/tidy.timer", "/x")),
    ("units", "rc.local", lambda host: host.put("/etc/rc.local", "")),
    ("setuid", "/opt/x", lambda host: host.said.update(timeout=(0, "2755 root /opt/x\n", ""))),
    ("sources", "http://e bookworm", lambda host: offered(host, "deb http://u:p@e bookworm x", "sources.list.d/e.list")),
    ("sources", "http://d sid", lambda host: offered(host, "deb http://d sid main")),
    ("sources", "http://d bookworm", lambda host: offered(host, "deb [trusted=yes] http://d bookworm main")),
    ("sources", "/etc/apt/trusted.gpg.d/mine.asc", lambda host: host.put("/etc/apt/trusted.gpg.d/mine.asc", "x")),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "plant"), PLANTED, ids=[f"{kind} {name}" for kind, name, _ in PLANTED])
def test_what_is_planted_is_told_by_its_name(host: Host, kind: str, name: str, plant: Plant) -> None:
    plant(host)
    assert host.names(kind) == [name]


def test_what_is_no_finding_is_not_told(host: Host) -> None:
    host.put("/etc/sudoers.d/kept.dpkg-old", "eve ALL=ALL\n")
    host.put("/root/.ssh/authorized_keys", "ssh-ed25519 AAAA no key\nwords\n")
    host.put("/proc/net/tcp", LISTENING + listens("0100007F:01BB", "01", 5))
    host.link("/etc/systemd/system/tmp.mount", "/dev/null")
    host.link("/etc/systemd/system/other.timer", "/usr/lib/systemd/system/tidy.timer")
    host.put("/var/lib/systemd/deb-systemd-helper-enabled/timers.target.wants/tidy.timer", "")
    host.link("/etc/systemd/system/timers.target.wants/tidy.timer", "/usr/lib/systemd/system/tidy.timer")
    host.put("/etc/apt/sources.list.d/off.sources", "Enabled: no\nTypes: deb\nURIs: http://x\nSuites: y\n")
    assert {kind for kind, things in host.look().facts.items() if things} == {"packages"}


def test_neither_hashes_nor_bodies_of_keys_nor_passwords_leave_the_host(host: Host) -> None:
    host.put("/etc/shadow", "games:$6$salt$canary:1::::::\n")
    host.put("/root/.ssh/authorized_keys", f"{KEY} me\n")
    host.put("/etc/cron.d/job", "* * * * * root x --password canary\n")
    host.put("/etc/apt/sources.list.d/e.list", "deb https://user:canary@e.example/debian x main\n")
    text = repr(host.look().facts)
    assert "games" in text
    assert FINGERPRINT in text
    assert "canary" not in text
    assert KEY.split()[1] not in text


def test_the_program_that_sshd_asks_for_keys_is_told(host: Host) -> None:
    host.put("/usr/sbin/sshd", "")
    host.put("/etc/keys/games", f"{KEY}\n")
    host.said["/usr/sbin/sshd"] = (0, "authorizedkeysfile /etc/keys/%u\nauthorizedkeyscommand /opt/ask\n", "")
    assert host.names("keys") == [f"games {FINGERPRINT}", "program /opt/ask"]


def test_programs_are_looked_for_on_every_disk_that_heeds_setuid(host: Host) -> None:
    asked: list[list[str]] = []
    module.Survey(host.root, lambda argv: (asked.append(argv), (0, "", ""))[1])
    assert [word for word in asked[0] if word in {"/", "/tmp", "/srv"}] == ["/", "/srv"]


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        ("users", lambda host: lock(host, "etc/shadow")),
        ("sudoers", lambda host: lock(host, "etc/sudoers")),
        ("keys", lambda host: host.put("/usr/sbin/sshd", "")),
        ("setuid", lambda host: host.said.update(timeout=(124, "", ""))),
        ("setuid", lambda host: host.said.update(timeout=(1, "", "find: '/srv': Permission denied\n"))),
        ("setuid", lambda host: host.said.clear()),
        ("sources", lambda host: (host.root / "etc/os-release").unlink()),
        ("ports", lambda host: (host.root / "proc/net/tcp").unlink()),
        ("packages", lambda host: (host.root / "var/lib/dpkg/status").unlink()),
        ("packages", lambda host: host.put("/var/lib/dpkg/status", "Status: install ok installed\n")),
    ],
)
def test_what_cannot_be_seen_is_named(host: Host, kind: str, spoil: Callable[[Host], object]) -> None:
    spoil(host)
    found = host.look()
    assert found.unread[kind], found.unread
    assert "members" not in found.unread, "the rest is seen all the same"


def lock(host: Host, path: str) -> None:
    """Make a file unreadable for root, too: a folder is no text."""
    (host.root / path).unlink()
    (host.root / path).mkdir()
