"""Backups over the real thing: hosts, devices, the append-only server, restic on both ends."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from muhtar.backup.age import ages
from muhtar.backup.plan import Plan
from muhtar.backup.restore import prepare
from muhtar.backup.run import run
from muhtar.doors import tools
from muhtar.doors.process import run as process
from muhtar.doors.restic import Here, Repository, RepositoryRefusedError, Restic, WrongPasswordError
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.secrets import Secret
from tests.support.lab import Lab

pytestmark = pytest.mark.lab

MARKER = "/var/www/backup-test"
QUIET = NoProgress()


def backed_up(lab: Lab, limit: str, only: str | None = None) -> Report:
    return run(lab.site, limit=limit, only=only, progress=QUIET).build()


def client(lab: Lab, host: str) -> Restic:
    """restic here, with the credentials that the host's backups use."""
    plan = Plan.make(lab.site, host)
    return plan.restic(plan.jobs[0], "runner")


@pytest.fixture(scope="module")
def marker(lab: Lab) -> Iterator[str]:
    """A file on web1 whose content nobody could guess."""
    text = secrets.token_hex(16)
    lab.inside("web1", "sh", "-c", f"printf %s {text} > {MARKER}")
    yield text
    lab.inside("web1", "rm", "-f", MARKER)


@pytest.fixture(scope="module")
def taken(lab: Lab, marker: str) -> Report:
    """A backup of one system of every kind."""
    return backed_up(lab, "web1:db1:pbx1:nvr1:r1:sw1")


def test_every_source_of_every_kind_is_in_the_repository(taken: Report) -> None:
    assert {outcome.status for outcome in taken.outcomes} == {Status.OK}, [o.summary for o in taken.outcomes]
    assert {(outcome.target, outcome.subject) for outcome in taken.outcomes} >= {
        ("web1", "content"),
        ("db1", "databases"),
        ("pbx1", "pbx"),
        ("nvr1", "recorder"),
        ("r1", "config"),
        ("sw1", "config"),
    }


@pytest.mark.usefixtures("taken")
def test_status_finds_them_young_enough(lab: Lab) -> None:
    report = ages(lab.site, limit="web1:db1:pbx1:nvr1:r1:sw1", progress=QUIET).build()
    assert report.exit_code == 0, [o.summary for o in report.outcomes]


@pytest.mark.usefixtures("taken")
def test_a_restore_brings_the_file_back(lab: Lab, marker: str, tmp_path: Path) -> None:
    report = prepare(lab.site, "web1", tmp_path / "out", source="content").apply(QUIET).build()
    assert report.exit_code == 0
    assert (tmp_path / "out" / "content" / MARKER.lstrip("/")).read_text() == marker


@pytest.mark.usefixtures("taken")
def test_nobody_deletes_with_a_clients_credentials(lab: Lab) -> None:
    backed_up(lab, "web1", "content")
    restic = client(lab, "web1")
    before = {shot.id for shot in restic.snapshots()}
    assert len(before) >= 2
    authority = str(lab.site.overlay / "ca" / "ca.crt")
    environment = restic.repository.environment(authority)
    binary = tools.restic_binary()
    # restic itself ends with 0 here: only the list tells.
    done = process([binary, "forget", "--keep-last=1", "--group-by=", "--prune", "--no-cache"], env=environment, check=False)
    assert "403 Forbidden" in done.stderr
    for shot in before:
        process([binary, "forget", shot, "--no-cache"], env=environment, check=False)
    assert {shot.id for shot in restic.snapshots()} == before


def test_a_client_does_not_reach_anothers_repository(lab: Lab) -> None:
    mine = client(lab, "web1").repository
    other = Repository(mine.url.replace("/web1/", "/db1/"), mine.password, mine.user, mine.user_password)
    with pytest.raises(RepositoryRefusedError):
        Restic(Here(), other, binary=str(tools.restic_binary()), cacert=str(lab.site.overlay / "ca" / "ca.crt")).snapshots()


@pytest.mark.usefixtures("taken")
def test_a_wrong_password_is_said_and_not_shown(lab: Lab) -> None:
    mine = client(lab, "web1").repository
    wrong = Repository(mine.url, Secret("not-this-one-either"), mine.user, mine.user_password)
    with pytest.raises(WrongPasswordError) as caught:
        Restic(Here(), wrong, binary=str(tools.restic_binary()), cacert=str(lab.site.overlay / "ca" / "ca.crt")).snapshots()
    assert "not-this-one-either" not in str(caught.value)


def test_two_runs_at_once_both_succeed(lab: Lab) -> None:
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: backed_up(lab, "db1", "settings"), range(2)))
    assert [report.exit_code for report in reports] == [0, 0]


def test_a_missing_path_is_a_finding(lab: Lab) -> None:
    lab.inside("nvr1", "mv", "/etc/zm", "/etc/zm.away")
    try:
        report = backed_up(lab, "nvr1", "recorder")
    finally:
        lab.inside("nvr1", "mv", "/etc/zm.away", "/etc/zm")
    assert report.exit_code == 2
    assert "not there: /etc/zm" in report.outcomes[0].summary


def test_a_site_that_nobody_backs_up_is_a_finding(lab: Lab) -> None:
    main = "/etc/nginx/nginx.conf"
    # Into its last block, which is that of http; nginx itself is not told.
    lab.inside("web1", "sed", "-i.away", "$ s|}|server { listen 127.0.0.1:81; root /srv/new; } }|", main)
    try:
        report = backed_up(lab, "web1", "content")
    finally:
        lab.inside("web1", "mv", f"{main}.away", main)
    assert report.exit_code == 2
    assert "nginx serves /srv/new, which is not backed up" in report.outcomes[0].summary


@pytest.mark.usefixtures("taken")
def test_no_credential_stays_on_the_host(lab: Lab) -> None:
    for host in ("web1", "db1"):
        for name in ("vault_backup_repo_password", "vault_backup_http_password"):
            value = lab.secret(name, host)
            places = ["/etc", "/root", "/home", "/var", "/tmp", "/run"]
            search = ["grep", "--recursive", "--files-with-matches", "--binary-files=text", "-F", "-e", value, *places]
            assert lab.inside(host, *search, check=False).stdout == ""
