"""This machine's mirrors, out of what apt says."""

from __future__ import annotations

from pathlib import Path

import pytest

from muhtar.doors import apt
from muhtar.doors.apt import Mirrors, codename, parse_targets
from muhtar.doors.process import Completed
from muhtar.errors import DoorError

TARGETS = """\
http://mirror.test/debian/\tbookworm\tmain
http://mirror.test/debian/\tbookworm\tcontrib
http://mirror.test/debian/\tbookworm-updates\tmain
http://mirror.test/debian-security/\tbookworm-security\tmain
https://elsewhere.test/node\tnodistro\tmain
http://second.test/debian/\tbookworm\tmain
"""


def test_the_first_source_of_the_release_counts() -> None:
    found = parse_targets(TARGETS, "bookworm")
    assert found == Mirrors("bookworm", "http://mirror.test/debian", "http://mirror.test/debian-security", updates=True)


def test_other_suites_come_from_the_same_archives() -> None:
    found = parse_targets(TARGETS, "bookworm")
    assert found.sources("trixie") == [
        "deb http://mirror.test/debian trixie main",
        "deb http://mirror.test/debian trixie-updates main",
        "deb http://mirror.test/debian-security trixie-security main",
    ]
    assert found.sources("forky") == ["deb http://mirror.test/debian forky main"]


def test_a_machine_without_security_archive_is_not_given_one() -> None:
    found = parse_targets("http://mirror.test/debian\tbookworm\tmain\n", "bookworm")
    assert found.sources("bookworm") == ["deb http://mirror.test/debian bookworm main"]


def test_no_source_of_the_release_is_said() -> None:
    with pytest.raises(DoorError, match="no source for trixie"):
        parse_targets(TARGETS, "trixie")


def test_only_debian_has_a_code_name(tmp_path: Path) -> None:
    file = tmp_path / "os-release"
    file.write_text('ID=debian\nVERSION_CODENAME="bookworm"\n', encoding="utf-8")
    assert codename(file) == "bookworm"
    file.write_text("ID=fedora\nVERSION_CODENAME=\n", encoding="utf-8")
    with pytest.raises(DoorError, match="not a Debian"):
        codename(file)


URIS = """\
'http://mirror.test/debian/dists/bookworm/InRelease' bookworm_InRelease 0
'http://mirror.test/debian/dists/bookworm-updates/InRelease' bookworm-updates_InRelease 0
'http://mirror.test/debian-security/dists/bookworm-security/InRelease' bookworm-security_InRelease 0
'https://elsewhere.test/node/dists/nodistro/InRelease' nodistro_InRelease 0
"""


@pytest.mark.parametrize(
    ("fetched", "had_to"),
    [
        pytest.param("", True, id="a machine that never fetched any"),
        pytest.param(TARGETS, False, id="all of the release, whatever else there is"),
        pytest.param(TARGETS.replace("bookworm-security", "trixie-security"), True, id="one without its security updates"),
    ],
)
def test_lists_are_fetched_where_one_of_the_release_is_missing(
    monkeypatch: pytest.MonkeyPatch, fetched: str, had_to: bool
) -> None:
    ran: list[tuple[str, ...]] = []

    def run(argv: list[str], **_: object) -> Completed:
        ran.append(tuple(argv))
        said = fetched if argv[1] == "indextargets" else URIS if "--print-uris" in argv else ""
        return Completed(tuple(argv), 0, said, "", 0.0)

    monkeypatch.setattr(apt, "run", run)
    monkeypatch.setattr(apt, "codename", lambda: "bookworm")
    assert apt.ensure_lists() is had_to
    assert (("apt-get", "update", "-q", *apt.LOCK_WAIT) in ran) is had_to
