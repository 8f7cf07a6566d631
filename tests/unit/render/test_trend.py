"""What the history says of a report, as people see it: new before old, how old, and against which run."""

from __future__ import annotations

from datetime import timedelta

from muhtar.history import Comparison
from muhtar.outcome import Outcome, Status
from muhtar.render import render
from muhtar.render.context import Context
from muhtar.render.trend import Trend
from muhtar.render.view import actions
from tests.support.reports import STARTED, report_of

SIX_DAYS = timedelta(days=6)


def finding(target: str, subject: str, check: str = "drift.unmanaged") -> Outcome:
    summary = f"{subject} is there, and nobody declared it"
    return Outcome(target=target, check=check, status=Status.FINDING, subject=subject, summary=summary, started=STARTED)


OLD = [finding("web1", "user old"), finding("db1", "user old")]
NEW, BACK = finding("web1", "user eve"), finding("web1", "port 4444/tcp of root")
REPORT = report_of(*OLD, NEW, BACK)
COMPARISON = Comparison(
    new=(NEW,),
    regressed=(BACK,),
    fixed=(finding("web1", "user gone"),),
    unchanged=tuple(OLD),
    first_seen={OLD[0].id: STARTED - SIX_DAYS, OLD[1].id: STARTED - timedelta(hours=3), NEW.id: STARTED, BACK.id: STARTED},
    since=STARTED - timedelta(hours=1),
)


def drawn(kind: str, comparison: Comparison | None = COMPARISON, lang: str = "en") -> str:
    return render(kind, REPORT, Context(lang=lang, width=100, color=False, comparison=comparison))


def test_new_and_regressed_come_before_old_even_where_fewer_hosts_have_them() -> None:
    trend = Trend(COMPARISON)
    assert [group.first.subject for group in actions(REPORT, trend.fresh)] == ["user eve", "port 4444/tcp of root", "user old"]
    assert actions(REPORT)[0].first.subject == "user old"
    for kind in ("terminal", "html"):
        text = drawn(kind)
        text = text[text.index("actions-title") :] if kind == "html" else text
        assert text.index("user eve") < text.index("user old"), kind


def test_the_summary_counts_and_says_since_when() -> None:
    assert "new 1 · regressed 1 · fixed 1 · unchanged 2 · since 2025-11-22 20:30" in " ".join(drawn("terminal").split())
    assert "22.11.2025 20:30 çalışmasından bu yana" in " ".join(drawn("terminal", lang="tr").split())
    assert "compared with the run of" in drawn("html")


def test_where_nothing_changed_there_is_no_since() -> None:
    same = Comparison(unchanged=(*OLD, NEW, BACK), first_seen={}, since=STARTED)
    assert "since" not in drawn("terminal", same)
    assert "compared with" not in drawn("html", same)
    assert "since" not in drawn("terminal", None)


def test_what_is_old_says_how_old_and_the_oldest_of_a_group_counts() -> None:
    old = drawn("terminal").partition("user old")[2]
    assert "first seen  2025-11-16 21:30, 6 d ago" in old
    assert "first seen" not in drawn("terminal").partition("user old")[0], "what is new is marked so"
    assert "2025-11-16 21:30, 6 d ago" in drawn("html")
    assert "16.11.2025 21:30, 6 gün önce" in drawn("html", lang="tr")


def test_less_than_two_days_are_told_in_hours() -> None:
    assert Context().age(STARTED - timedelta(hours=30), STARTED) == "2025-11-21 15:30, 30 h 0 min ago"
