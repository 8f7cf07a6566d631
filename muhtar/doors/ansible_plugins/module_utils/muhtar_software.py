"""What is installed on a host, and where from. Runs on the target, so it must not import muhtar."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ansible.module_utils.muhtar_dpkg import Found, entry, paragraphs
from ansible.module_utils.muhtar_host import Host

# Programs that packages of Debian's make setuid: dpkg keeps no modes that one could ask it for.
SETUID = frozenset(
    {
        "/usr/bin/at", "/usr/bin/chfn", "/usr/bin/chsh", "/usr/bin/fusermount", "/usr/bin/fusermount3", "/usr/bin/gpasswd",
        "/usr/bin/mount", "/usr/bin/newgrp", "/usr/bin/newgidmap", "/usr/bin/newuidmap", "/usr/bin/ntfs-3g", "/usr/bin/passwd",
        "/usr/bin/pkexec", "/usr/bin/su", "/usr/bin/sudo", "/usr/bin/umount", "/usr/lib/dbus-1.0/dbus-daemon-launch-helper",
        "/usr/lib/openssh/ssh-keysign", "/usr/lib/polkit-1/polkit-agent-helper-1", "/usr/sbin/exim4", "/usr/sbin/mount.cifs",
        "/usr/sbin/mount.nfs", "/usr/sbin/pppd",
    }
)  # fmt: skip
# Layers of container images: only root can reach what lies in them.
LAYERS = ("/proc", "/sys", "/dev", "/run", "/var/lib/docker", "/var/lib/containers", "/var/lib/containerd")
DISKS = frozenset({"ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "overlay", "tmpfs"})
# A tenth of a second of work, but disks may be slow and machines busy.
FIND_SECONDS = 120


class Software(Host):  # type: ignore[misc] # ansible is untyped
    """Packages that somebody asked for, setuid programs, package sources."""

    def packages(self) -> list[Found]:
        dpkg, _ = self.owners([])
        return list(dpkg.asked_for())

    def setuid(self) -> Iterator[Found]:
        prune = [word for path in LAYERS for word in ("-path", path, "-prune", "-o")]
        argv = ["timeout", str(FIND_SECONDS), "find", *self.disks(), "-xdev", *prune, "-type", "f", "-perm", "/6000"]
        code, out, err = self.command([*argv, "-printf", "%m %u %p\\n"])
        # Files may go while one looks.
        said = [line for line in err.splitlines() if not line.endswith("No such file or directory")]
        if code == 124:
            self.miss(f"looking through all disks takes over {FIND_SECONDS} seconds; mount those that hold data with nosuid")
        elif said or code not in {0, 1}:
            self.miss(said[0] if said else f"find ended with code {code}")
        lines = [line.split(" ", 2) for line in out.splitlines() if line.count(" ") >= 2]
        _, owners = self.owners(path for _, _, path in lines)
        for mode, user, path in lines:
            owner = owners.get(path)
            as_root = bool(int(mode, 8) & 0o4000)
            if owner is None or (as_root and path not in SETUID):
                yield entry(path, f"mode {mode}, of {user}, {f'package {owner}' if owner else 'of no package'}")

    def disks(self) -> list[str]:
        """Where setuid means something, the root first."""
        found = ["/"]
        for line in self.text("/proc/self/mounts").splitlines():
            _, place, kind, options = line.split(" ")[:4]
            if kind in DISKS and "nosuid" not in options.split(",") and place.encode().decode("unicode_escape") not in found:
                found.append(place.encode().decode("unicode_escape"))
        return [place for place in found if place == "/" or not place.startswith(LAYERS)]

    def sources(self) -> Iterator[Found]:
        lists = [self.path("/etc/apt/sources.list"), *self.inside("/etc/apt/sources.list.d")]
        keyrings = [self.path("/etc/apt/trusted.gpg"), *self.inside("/etc/apt/trusted.gpg.d")]
        offers = [(path, offer) for path in lists for offer in offers_of(path.name, self.optional(self.name_of(path)))]
        signers = [str(offer["signed-by"]) for _, offer in offers if offer["signed-by"]]
        _, owners = self.owners([*(self.name_of(path) for path in keyrings), *signers])
        # Without a name nothing is the distribution's own.
        release = (re.findall(r"^VERSION_CODENAME=(\w+)", self.text("/etc/os-release"), re.MULTILINE) or [None])[0]
        for path, offer in offers:
            own = path.name in {"sources.list", "debian.sources", "ubuntu.sources"} and release
            signed = not offer["trusted"] and (not offer["signed-by"] or offer["signed-by"] in owners)
            suites = str(offer["suites"]).split()
            if not (own and signed and all(re.fullmatch(rf"{release}([-/]\w+)*", suite) for suite in suites)):
                where = re.sub(r"//[^/@]*@", "//", str(offer["uris"]))
                unsigned = "" if signed else ", not signed by a key of the distribution's packages"
                yield entry(f"{where} {offer['suites']}", f"in {self.name_of(path)}{unsigned}", also=[self.name_of(path)])
        for path in keyrings:
            if path.exists() and self.name_of(path) not in owners:
                yield entry(self.name_of(path), "a key that apt trusts for every source")


def offers_of(name: str, text: str) -> Iterator[Found]:
    """What a file of package sources offers: uris, suites, signed-by, trusted. Raises nothing for what apt would refuse."""
    if name.endswith(".sources"):
        for fields in paragraphs(text):
            found = {key.lower(): value for key, value in fields.items()}
            if found.get("enabled", "yes") != "no" and "uris" in found:
                yield offer(found["uris"], found.get("suites", ""), found)
    elif name.endswith(".list"):
        for line in text.splitlines():
            words = re.match(r"\s*deb(?:-src)?\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)", line)
            if words:
                options = dict(word.lower().partition("=")[::2] for word in (words[1] or "").split() if "=" in word)
                yield offer(words[2], words[3], options)


def offer(uris: str, suites: str, options: dict[str, str]) -> Found:
    trusted = any(options.get(key, "no") == "yes" for key in ("trusted", "allow-insecure"))
    place, kinds = " ".join(uris.split()), " ".join(suites.split())
    return {"uris": place, "suites": kinds, "signed-by": options.get("signed-by", ""), "trusted": trusted}
