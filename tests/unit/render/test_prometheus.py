"""The textfile format, judged by Prometheus' own promtool."""

from __future__ import annotations

from muhtar.doors import process
from muhtar.outcome import Outcome, Status
from muhtar.render import render
from muhtar.render.context import Context
from tests.support.programs import promtool_binary
from tests.support.reports import board_report, mixed_report, report_of


def drawn(report) -> str:
    return render("prometheus", report, Context())


def promtool(text: str) -> process.Completed:
    return process.run([promtool_binary(), "check", "metrics"], stdin=text, check=False, timeout=30)


def test_promtool_accepts_it_without_a_remark() -> None:
    hostile = Outcome(target='a "quoted"\\ \n name', check="drift.network", status=Status.ERROR, summary="x")
    for report in (mixed_report(), board_report(), report_of(hostile, shard="2/4")):
        done = promtool(drawn(report))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_promtool_refuses_a_spoilt_one() -> None:
    assert promtool(drawn(mixed_report()).replace('"', "", 1)).returncode != 0


def test_one_status_of_a_check_is_1_and_it_is_the_worst() -> None:
    text = drawn(mixed_report())
    labels = 'site="lab",workflow="drift.check",target="sw1",check="drift.network"'
    lines = [line for line in text.splitlines() if line.startswith(f"muhtar_check_status{{{labels}")]
    assert len(lines) == len(Status)
    assert [line for line in lines if line.endswith(" 1")] == [f'muhtar_check_status{{{labels},status="unchecked"}} 1']


def test_time_and_exit_code_of_the_run() -> None:
    text = drawn(mixed_report())
    assert 'muhtar_report_finished_timestamp_seconds{site="lab",workflow="drift.check"} 1763836275\n' in text
    assert 'muhtar_report_exit_code{site="lab",workflow="drift.check"} 1\n' in text


def test_a_duty_of_its_own_wins_over_the_checks() -> None:
    text = drawn(mixed_report())
    assert 'muhtar_duty_outcomes{site="lab",workflow="drift.check",duty="8l",status="finding"} 1\n' in text
    assert 'muhtar_duty_outcomes{site="lab",workflow="drift.check",duty="8h",status="ok"} 1\n' in text
