"""What the history knows of one outcome, and of single runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from muhtar.errors import UsageError
from muhtar.history import MOST_TEXT, History
from muhtar.history_past import Seen
from muhtar.outcome import Outcome, Status
from muhtar.report import Report, Selected

MORNING = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
CHECK = "drift.servers"


def outcome(status: Status, subject: str = "", target: str = "web1", **more: str) -> Outcome:
    return Outcome(target=target, check=CHECK, status=status, summary=f"{status} {subject}", subject=subject, **more)


OK, GZIP, CERT = outcome(Status.OK), outcome(Status.FINDING, "gzip"), outcome(Status.FINDING, "cert")
GONE = outcome(Status.UNCHECKED)


def report(hour: int, *outcomes: Outcome, site: str = "lab", **more: str) -> Report:
    pairs = dict.fromkeys((item.target, item.check) for item in outcomes)
    return Report(
        id=f"{hour:02d}{'ab' * 15}", workflow="drift.check", site=site, started=MORNING + timedelta(hours=hour),
        finished=MORNING + timedelta(hours=hour, minutes=1), outcomes=outcomes,
        selected=tuple(Selected(target=target, check=check) for target, check in pairs), **more,
    )  # fmt: skip


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History.open(f"sqlite:///{tmp_path / 'history.db'}")


def end(hour: int) -> datetime:
    return MORNING + timedelta(hours=hour, minutes=1)


def test_a_finding_that_came_back_twice(history: History) -> None:
    for hour, found in enumerate([OK, GZIP, GZIP, OK, GZIP, GONE, CERT, GZIP, GONE]):
        history.record(report(hour, found))
    past = history.past(GZIP.id, site="lab")
    assert past.outcome == GZIP
    assert past.regressed == 2
    assert (past.first_seen, past.since, past.last_seen, past.last_ok) == (end(1), end(7), end(7), end(6))
    assert [past.count(seen) for seen in (Seen.THERE, Seen.GONE, Seen.UNSEEN)] == [4, 3, 2]
    assert past.now is Seen.THERE, "the last run could not look"


def test_a_spell_is_not_ended_by_a_run_that_could_not_look(history: History) -> None:
    for hour, found in enumerate([GZIP, GONE, GZIP]):
        history.record(report(hour, found))
    past = history.past(GZIP.id, site="lab")
    assert (past.since, past.regressed, past.last_ok) == (end(0), 0, None)


def test_a_mended_finding_is_gone_and_still_known(history: History) -> None:
    history.record(report(0, GZIP))
    history.record(report(1, OK))
    past = history.past(GZIP.id[:6], site="lab")
    assert (past.now, past.since, past.outcome) == (Seen.GONE, None, GZIP)


def test_what_was_never_wrong_is_known_too(history: History) -> None:
    history.record(report(0, OK))
    past = history.past(OK.id, site="lab")
    assert (past.now, past.first_seen, past.regressed) == (Seen.GONE, None, 0)


def test_an_unknown_id_names_the_nearest(history: History) -> None:
    history.record(report(0, GZIP, CERT))
    with pytest.raises(UsageError, match=f"(?s)no outcome.*{GZIP.id} .web1, gzip") as wrong:
        history.past(GZIP.id[:-1] + "x", site="lab")
    assert CERT.id not in str(wrong.value)
    with pytest.raises(UsageError, match="no outcome"):
        history.past("", site="lab")
    with pytest.raises(UsageError, match="it has no finding yet"):
        history.past(GZIP.id, site="another")


def test_an_ambiguous_beginning_names_them(history: History) -> None:
    many = [outcome(Status.FINDING, f"s{number}") for number in range(40)]
    history.record(report(0, *many))
    first = next(one.id[0] for one in many if sum(other.id[0] == one.id[0] for other in many) > 1)
    with pytest.raises(UsageError, match=r"(?s)several outcomes begin with .*give more of it: \w{12}"):
        history.past(first, site="lab")


def test_texts_are_kept_only_so_far(history: History) -> None:
    history.record(report(0, outcome(Status.FINDING, "gzip", diff="+x\n" * MOST_TEXT, wanted="short")))
    kept = history.past(GZIP.id, site="lab").outcome
    assert kept.wanted == "short"
    assert kept.diff is not None
    assert kept.diff.endswith("the run's own report has it all)")
    assert len(kept.diff) < MOST_TEXT + 200


def test_runs_by_id_and_by_moment(history: History) -> None:
    for hour in range(3):
        history.record(report(hour, GZIP))
    assert history.run_named("01ab", site="lab").finished == end(1)
    with pytest.raises(UsageError, match=r"(?s)no run 'ffff'.*the last ones are 02ab.*drift\.check"):
        history.run_named("ffff", site="lab")
    with pytest.raises(UsageError, match="several runs"):
        history.run_named("0", site="lab")
    found = history.run_before(end(2), "drift.check", site="lab")
    assert found is not None
    assert found.finished == end(1)
    assert history.run_before(end(0), "drift.check", site="lab") is None


def test_the_last_run_of_the_same_selection(history: History) -> None:
    history.record(report(0, GZIP))
    history.record(report(1, GZIP, limit="web1"))
    history.record(report(2, Outcome(target="r1", check="drift.network", status=Status.OK, summary="well")))
    now = report(3, CERT)
    found = history.run_before(now.started, "drift.check", site="lab", like=now)
    assert found is not None
    assert found.finished == end(0)


def test_only_problems_of_before_a_moment_are_known(history: History) -> None:
    history.record(report(0, GZIP))
    history.record(report(2, CERT))
    assert history.problems_before(end(1), [GZIP.id, CERT.id], site="lab") == {GZIP.id}
