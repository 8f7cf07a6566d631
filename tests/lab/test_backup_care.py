"""Check, prune and second copy over the real thing: two append-only servers, and the way past them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from muhtar.backup.check import check
from muhtar.backup.copy import copy
from muhtar.backup.keeping import Retention
from muhtar.backup.plan import Plan
from muhtar.backup.prune import prune
from muhtar.backup.run import run
from muhtar.backup.runs import tags
from muhtar.backup.stores import stores
from muhtar.doors import tools
from muhtar.doors.process import run as process
from muhtar.doors.restic import Here, Repository, RepositoryRefusedError, Restic
from muhtar.outcome import Status
from muhtar.progress import NoProgress
from tests.support.lab import Lab

pytestmark = pytest.mark.lab

QUIET = NoProgress()
DAY = timedelta(days=1)
WHERE = "/srv/restic/web1"


def plan_of(lab: Lab, limit: str, **policy: object) -> Plan:
    """The plan, with what the policy says of each host changed."""
    plan = Plan.make(lab.site, limit)
    plan.jobs = [replace(job, policy=replace(job.policy, **policy)) for job in plan.jobs]
    return plan


@pytest.fixture(scope="module", autouse=True)
def copied(lab: Lab) -> None:
    """web1 is backed up and copied."""
    assert run(lab.site, limit="web1", progress=QUIET).build().exit_code == 0
    report = copy(lab.site, limit="web1", progress=QUIET).build()
    assert report.exit_code == 0, [outcome.summary for outcome in report.outcomes]


def test_the_second_copy_has_what_the_first_has(lab: Lab) -> None:
    plan = Plan.make(lab.site, "web1")
    first, second = stores(plan)
    there = {shot.original for shot in second.here().snapshots()}
    newest = {shot.tag("source"): shot.id for shot in first.here().snapshots()}
    assert set(newest.values()) <= there
    (outcome,) = copy(lab.site, limit="web1", progress=QUIET).build().outcomes
    assert (outcome.status, outcome.summary) == (Status.OK, "0 runs copied; nothing is missing")


def test_a_hosts_own_credentials_do_not_open_the_second_copy(lab: Lab) -> None:
    first, second = stores(Plan.make(lab.site, "web1"))
    mine, far = first.here().repository, second.here().repository
    stolen = Repository(far.url, mine.password, mine.user, mine.user_password)
    with pytest.raises(RepositoryRefusedError):
        Restic(Here(), stolen, binary=str(tools.restic_binary()), cacert=lab.ca_file).snapshots()


def test_both_are_read_in_turn(lab: Lab) -> None:
    report = check(lab.site, limit="web1", progress=QUIET).build()
    assert report.exit_code == 0, [outcome.summary for outcome in report.outcomes]
    assert {(outcome.target, outcome.subject) for outcome in report.outcomes} >= {("web1", "main"), ("web1", "far")}
    assert all("no damage; read" in outcome.summary for outcome in report.outcomes)


@contextmanager
def flipped(lab: Lab) -> Iterator[str]:
    """A bit of the largest pack of web1's first repository, turned round; yields the pack's name."""
    find = f"find {WHERE}/data -type f -printf '%s %p\\n' | sort -n | tail -1 | cut -d' ' -f2"
    path = lab.inside("bak1", "sh", "-c", find).stdout.strip()
    turn = f"import sys; f = open({path!r}, 'r+b'); f.seek(99); b = f.read(1)[0]; f.seek(99); f.write(bytes([b ^ 1]))"
    lab.inside("bak1", "python3", "-c", turn)
    try:
        yield path.rpartition("/")[2]
    finally:
        lab.inside("bak1", "python3", "-c", turn)


def test_a_flipped_bit_on_the_server_is_named_until_it_is_mended(lab: Lab) -> None:
    with flipped(lab) as pack:
        report = check(lab.site, progress=QUIET, plan=plan_of(lab, "web1", read_all_within_days=1)).build()
        status = {outcome.subject: outcome.status for outcome in report.outcomes}
        assert status == {"main": Status.FINDING, "far": Status.OK}
        damage = next(outcome for outcome in report.outcomes if outcome.subject == "main")
        assert pack[:12] in damage.summary
        assert "hurts" in damage.summary
    assert check(lab.site, progress=QUIET, plan=plan_of(lab, "web1", read_all_within_days=1)).build().exit_code == 0


@pytest.fixture
def old(lab: Lab) -> list[str]:
    """Snapshots of web1's content from the three days before, which came when they say."""
    restic = stores(Plan.make(lab.site, "web1"), "first")[0].here()
    environment = restic.repository.environment(lab.ca_file)
    binary = tools.restic_binary()
    for days in (3, 2, 1):
        when = datetime.now(UTC) - days * DAY
        words = ["backup", "--no-cache", "--host=web1", f"--tag={','.join(tags('content', f'old{days}', 1))}"]
        process([binary, *words, f"--time={when.astimezone():%Y-%m-%d %H:%M:%S}", "lab/README.md"], env=environment)
    found = [shot for shot in restic.snapshots() if (shot.tag("run") or "").startswith("old")]
    for shot in found:
        lab.inside("bak1", "touch", f"--date={shot.time.isoformat()}", f"{WHERE}/snapshots/{shot.id}")
    return [shot.id for shot in found]


def test_what_the_retention_does_not_keep_goes_past_the_append_only_server(lab: Lab, old: list[str]) -> None:
    def pruned(*, apply: bool):
        plan = plan_of(lab, "web1", retention=Retention(keep_daily=2))
        report = prune(lab.site, apply=apply, share=0.9, progress=QUIET, plan=plan).build()
        return next(outcome for outcome in report.outcomes if outcome.subject == "main")

    restic = stores(Plan.make(lab.site, "web1"), "first")[0].here()
    assert "would go" in pruned(apply=False).summary
    assert set(old) <= {shot.id for shot in restic.snapshots()}
    outcome = pruned(apply=True)
    assert outcome.status is Status.OK, outcome.summary
    left = {shot.id for shot in restic.snapshots()}
    assert len(left & set(old)) == 1, "yesterday's stays"
    owners = lab.inside("bak1", "sh", "-c", f"find {WHERE} -printf '%u\\n' | sort -u").stdout.split()
    assert owners == ["restic-rest-server"]
    assert run(lab.site, limit="web1", progress=QUIET).build().exit_code == 0
