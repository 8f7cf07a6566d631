"""The two ways an image is made: a plain Debian by mmdebstrap, and packages on top of another image by podman."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

from lab.images.recipe import Recipe
from lab.podman import podman
from muhtar.doors import apt
from muhtar.doors.process import run

__all__ = ["bootstrap", "derive"]

Say = Callable[[str], None]
# An image thrown away on a power cut costs nothing; syncing each unpacked file costs a third of the build.
_UNSAFE_IO = "force-unsafe-io"

_DERIVE = """\
#!/bin/sh
set -eu
export DEBIAN_FRONTEND=noninteractive
# Services start in the running host, never while the image is made.
printf '#!/bin/sh\\nexit 101\\n' >/usr/sbin/policy-rc.d
chmod 755 /usr/sbin/policy-rc.d
{install}
rm -f /usr/sbin/policy-rc.d /etc/apt/sources.list.d/muhtar-build-*.list /etc/apt/preferences.d/muhtar-build-*
apt-get clean
{lists}
rm -f /etc/ssh/ssh_host_* /var/lib/dbus/machine-id
: >/etc/machine-id
"""


def bootstrap(recipe: Recipe, tag: str, folder: Path, say: Say) -> None:
    """Make a plain Debian with mmdebstrap and import it as `tag`. `folder` is a scratch folder of the caller's."""
    tar, script = folder / "root.tar", folder / "setup.sh"
    script.write_text(recipe.setup_text or "#!/bin/sh\n", encoding="utf-8")
    options = [f"--aptopt={line}" for line in apt.settings()]
    keep = "; ".join(f"printf '%s\\n' {shlex.quote(line)} >>\"$1/etc/apt/apt.conf.d/80muhtar-build\"" for line in apt.settings())
    argv: list[str | Path] = [
        "mmdebstrap",
        "--variant=minbase",
        f"--include={','.join(recipe.own)}",
        f"--dpkgopt={_UNSAFE_IO}",
        *options,
        f"--customize-hook=copy-in {script} /root",
        '--customize-hook=chroot "$1" sh /root/setup.sh',
        '--customize-hook=rm "$1/root/setup.sh"',
        *([f"--customize-hook={keep}"] if keep else []),
        str(recipe.suite),
        tar,
        *apt.mirrors().sources(str(recipe.suite)),
    ]
    say("mmdebstrap")
    run(argv, env={"TMPDIR": str(folder)}, timeout=900)
    say("import")
    changes = ["--change", 'CMD ["/sbin/init"]', "--change", "STOPSIGNAL SIGRTMIN+3"]
    podman("import", "-q", *changes, tar, tag, timeout=300)


def derive(recipe: Recipe, parent: str, tag: str, folder: Path, say: Say) -> None:
    """Make `tag` out of the image `parent`, the recipe's packages and its script."""
    (folder / "build.sh").write_text(_derive_script(recipe), encoding="utf-8")
    (folder / "setup.sh").write_text(recipe.setup_text, encoding="utf-8")
    (folder / "Containerfile").write_text(f"FROM {parent}\nRUN sh /mnt/build.sh\n", encoding="utf-8")
    say(f"{len(recipe.packages)} packages")

    def line(text: str) -> None:
        if text.startswith(("Unpacking ", "Setting up ")):
            say(" ".join(text.split()[:3]).rstrip("."))

    # The host's own network: mirrors that only the host can reach (a proxy on localhost) work too, and no bridge is needed.
    options = ["--network", "host", "--layers=false", "--volume", f"{folder}:/mnt:ro"]
    podman("build", *options, "--tag", tag, folder, timeout=1200, on_line=line)


def _derive_script(recipe: Recipe) -> str:
    install = [_open_suite(packages.suite) for packages in recipe.foreign]
    if recipe.packages:
        install.append("apt-get update -qq")
    if recipe.own:
        install.append(_install(recipe.own))
    install += [_install(packages.packages, packages.suite) for packages in recipe.foreign]
    if recipe.setup:
        install.append(
            f"cat >/run/setup.sh <<'MUHTAR_SETUP'\n{recipe.setup_text}\nMUHTAR_SETUP\nsh /run/setup.sh\nrm /run/setup.sh"
        )
    lists = "true" if recipe.keep_lists else "rm -rf /var/lib/apt/lists/*"
    return _DERIVE.format(install="\n".join(install), lists=lists)


def _install(packages: Sequence[str], suite: str = "") -> str:
    words = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "-o", f"Dpkg::Options::=--{_UNSAFE_IO}"]
    return shlex.join([*words, *(["-t", suite] if suite else []), *packages])


def _open_suite(suite: str) -> str:
    """Lines that let `apt-get -t SUITE` reach another suite, and nothing else come from it."""
    sources = "\n".join(apt.mirrors().sources(suite))
    pin = f"Package: *\nPin: release n={suite}*\nPin-Priority: 100"
    return (
        f"cat >/etc/apt/sources.list.d/muhtar-build-{suite}.list <<'END'\n{sources}\nEND\n"
        f"cat >/etc/apt/preferences.d/muhtar-build-{suite} <<'END'\n{pin}\nEND"
    )
