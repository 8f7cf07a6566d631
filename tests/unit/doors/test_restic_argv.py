"""What restic is told."""

from __future__ import annotations

import pytest

from muhtar.doors.restic import argv
from muhtar.errors import UsageError

ARGV = [
    (argv.snapshots(), ["snapshots", "--json", "--no-lock"]),
    (argv.snapshots(["run:1"]), ["snapshots", "--json", "--no-lock", "--tag=run:1"]),
    (argv.init(), ["init", "--json"]),
    (
        argv.backup_paths(["/etc/a b", "/srv"], host="web1", tags=["m", "run:1"], excludes=["/srv/tmp"]),
        [
            "backup",
            "--json",
            "--host=web1",
            "--tag=m,run:1",
            "--exclude=/srv/tmp",
            "--",
            "/etc/a b",
            "/srv",
        ],
    ),
    (
        argv.backup_stdin(name="running-config", host="r1", tags=["muhtar"]),
        ["backup", "--json", "--host=r1", "--tag=muhtar", "--stdin-filename=running-config", "--stdin"],
    ),
    (
        argv.restore("abc", "/srv/out"),
        ["restore", "--json", "--no-lock", "--verify", "--target=/srv/out", "--", "abc"],
    ),
    (argv.init(like_source=True), ["init", "--json", "--copy-chunker-params"]),
    (argv.check(2, 7), ["check", "--json", "--read-data-subset=2/7"]),
    (argv.find_packs(["ab"]), ["find", "--json", "--no-lock", "--pack", "--", "ab"]),
    (argv.unlock(), ["unlock"]),
    (argv.forget(["ab", "cd"]), ["forget", "--json", "--", "ab", "cd"]),
    (argv.copy(["ab"]), ["copy", "--", "ab"]),
    (argv.patient(["prune"], 120), ["--retry-lock=120s", "prune"]),
    (argv.reaching(["restic", "init"], "/srv/restic/web1"), ["restic", "init"]),
    (argv.reaching(["restic", "init"], "rest:https://[::1]:8000/web1/")[5:], ["https", "::1", "8000", "restic", "init"]),
    (argv.reaching(["restic", "init"], "rest:https://bak1/web1/")[5:], ["https", "bak1", "443", "restic", "init"]),
    (argv.bounded(["restic", "init"], 90), ["timeout", "--kill-after=10", "90", "restic", "init"]),
]


@pytest.mark.parametrize(("found", "wanted"), ARGV)
def test_words(found: list[str], wanted: list[str]) -> None:
    assert found == wanted


def test_a_dump_does_not_get_the_repositorys_keys() -> None:
    words = argv.backup_output(["pg_dump", "gis"], name="gis.dump", host="db1", tags=["muhtar"])
    command = words[words.index("--") + 1 :]
    assert command[0] == "env"
    assert command[-3:] == ["--", "pg_dump", "gis"]
    assert {"RESTIC_PASSWORD", "RESTIC_REST_PASSWORD"} <= {command[i + 1] for i, word in enumerate(command) if word == "-u"}


@pytest.mark.parametrize("paths", [[], ["etc"], ["/etc", "srv"], ["--password-file=/etc/x"]])
def test_relative_paths_are_refused(paths: list[str]) -> None:
    with pytest.raises(UsageError):
        argv.backup_paths(paths, host="web1", tags=[])


@pytest.mark.parametrize("name", ["", "pg/gis.dump", "/gis.dump"])
def test_a_streamed_file_is_flat(name: str) -> None:
    with pytest.raises(UsageError):
        argv.backup_stdin(name=name, host="db1", tags=[])


@pytest.mark.parametrize(("part", "parts"), [(0, 3), (4, 3), (1, 257)])
def test_a_part_is_one_of_its_parts(part: int, parts: int) -> None:
    with pytest.raises(UsageError):
        argv.check(part, parts)


@pytest.mark.parametrize("tag", ["", "a,b"])
def test_a_tag_is_one_tag(tag: str) -> None:
    with pytest.raises(UsageError):
        argv.snapshots([tag])
