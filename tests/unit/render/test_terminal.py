"""What people see at 80 and 140 columns, in both languages, with and without colour."""

from __future__ import annotations

import pytest

from muhtar.outcome import Outcome, Status
from muhtar.render import render
from muhtar.render.context import Context
from tests.support.reports import board_report, clean_report, compared_report, mixed_report, report_of, waived_report

SAMPLES = {
    "mixed": mixed_report,
    "board": board_report,
    "clean": clean_report,
    "compared": compared_report,
    "waived": waived_report,
}


def drawn(report, **more) -> str:
    return render("terminal", report, Context(**{"width": 80, "color": False, **more}))


@pytest.mark.parametrize("width", [80, 140])
@pytest.mark.parametrize("lang", ["tr", "en"])
@pytest.mark.parametrize("name", SAMPLES)
def test_no_line_is_wider_than_the_screen_or_ends_in_blanks(name: str, lang: str, width: int) -> None:
    lines = drawn(SAMPLES[name](), lang=lang, width=width).splitlines()
    assert max(map(len, lines)) <= width
    assert lines == [line.rstrip() for line in lines]


@pytest.mark.parametrize("lang", ["tr", "en"])
@pytest.mark.parametrize("name", ["board", "clean"])
def test_the_summary_fits_a_screen(name: str, lang: str) -> None:
    assert len(drawn(SAMPLES[name](), lang=lang).splitlines()) <= 48


def test_a_finding_is_told_with_hosts_diff_source_duty_and_mend() -> None:
    text = drawn(mixed_report())
    block = text[text.index("r1, r2, r3") :]
    for wanted in (
        "-  ip ospf cost 10",
        "+  ip ospf cost 20",
        "routers/frr.yml:12",
        "8e Network devices",
        "--limit routers --apply",
    ):
        assert wanted in block
    assert text.count("ip ospf cost 20") == 1


def test_times_are_the_sites_and_the_exit_code_is_said() -> None:
    assert "22.11.2025 21:31" in drawn(mixed_report(), lang="tr")
    assert "2025-11-22 13:31" in drawn(mixed_report(), timezone="America/New_York")
    assert "exit code 1" in drawn(mixed_report())
    assert "clean · exit code 0" in drawn(clean_report())


def test_colour_only_where_asked_for() -> None:
    assert "\x1b" not in drawn(mixed_report())
    assert "\x1b[" in drawn(mixed_report(), color=True)


def test_no_colour_without_a_terminal_or_with_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen:
        def isatty(self) -> bool:
            return True

    assert "\x1b" not in drawn(clean_report(), color=None)
    monkeypatch.setattr("muhtar.render.terminal.sys.stdout", Screen())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b" in drawn(clean_report(), color=None)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in drawn(clean_report(), color=None)


def test_a_device_cannot_steer_the_readers_terminal() -> None:
    hostile = "\x1b]0;owned\x07 [red]markup[/red] :smile:"
    outcome = Outcome(
        target="r1",
        check="drift.network",
        status=Status.FINDING,
        summary=hostile,
        subject=hostile,
        diff=f"+{hostile}\n",
        mend=hostile,
    )
    text = render("terminal", report_of(outcome, notes=(hostile,)), Context(width=140, color=False))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[red]markup[/red] :smile:" in text


def test_long_diffs_and_many_groups_are_cut_and_say_so() -> None:
    many = [
        Outcome(target=f"h{number}", check="drift.servers", status=Status.FINDING, summary="differs", diff="+x\n" * (20 + number))
        for number in range(11)
    ]
    text = drawn(report_of(*many))
    assert "and 3 more groups" in text
    assert "… 8 more lines" in text


def test_every_state_of_a_duty_is_named() -> None:
    text = drawn(board_report())
    for state in ("proven", "late", "finding", "not checked", "never proven", "not yet served"):
        assert state in text
    assert "8ç" in text
    assert "8ı" in text


def test_what_is_waived_is_one_line_with_its_term() -> None:
    text = drawn(waived_report(), width=140)
    (line,) = [line for line in text.splitlines() if "lenses are ordered" in line]
    for wanted in ("~ waived", "cam1, cam2", "the picture is unsharp", "until 2026-01-31, by Head of <Networks>"):
        assert wanted in line
    assert "clean" in text.splitlines()[-1]
    assert "waived" not in drawn(clean_report())


def test_a_comparison_says_what_was_mended_and_what_nobody_saw() -> None:
    text = drawn(compared_report(), width=140)
    assert "Against run 111111111111 of" in text
    assert "regressed 1 · fixed 1 · unchanged 3 · not looked at 1" in text
    lines = text.splitlines()
    assert any(line.startswith("✓ fixed") and "db1 task would change" in line for line in lines)
    assert any(line.startswith("? not looked at") and "sw1 1 line differs" in line for line in lines)
    assert "[regressed]" in text
    web = next(outcome for outcome in mixed_report().outcomes if outcome.target == "web1")
    assert f"id      {web.id}" in text, "for drift.explain"
