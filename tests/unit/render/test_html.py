"""The page: whole in itself, escaped, and usable without a mouse."""

from __future__ import annotations

import re

import pytest
from lxml import html

from muhtar.i18n import catalogue
from muhtar.outcome import Intent, Outcome, Status
from muhtar.render import render
from muhtar.render.context import Context
from tests.support.reports import (
    board_report,
    calendar_report,
    clean_report,
    compared_report,
    mixed_report,
    report_of,
    waived_report,
)

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\x1b{{ 7*7 }}"


def page(report, lang: str = "en") -> html.HtmlElement:
    return html.document_fromstring(render("html", report, Context(lang=lang)))


@pytest.mark.parametrize("make", [mixed_report, board_report, clean_report, compared_report, waived_report, calendar_report])
def test_the_page_needs_nothing_else(make) -> None:
    text = render("html", make(), Context())
    root = html.document_fromstring(text)
    assert not root.xpath("//link | //img | //iframe | //*[@src] | //*[@style]")
    assert not re.search(r"https?:|url\(|@import", text)
    assert root.xpath("//a/@href") == ["#content"]
    assert "default-src 'none'" in root.xpath("//meta[@http-equiv]/@content")[0]


def test_everything_that_comes_from_outside_is_escaped() -> None:
    outcome = Outcome(
        target=HOSTILE, check="drift.network", status=Status.FINDING, summary=HOSTILE, subject=HOSTILE, diff=f"+{HOSTILE}\n",
        mend=HOSTILE, intent=Intent(file=HOSTILE), duty=HOSTILE,
    )  # fmt: skip
    plain = outcome.model_copy(update={"diff": None, "wanted": HOSTILE, "found": HOSTILE, "target": "r2", "check": HOSTILE})
    root = page(report_of(outcome, plain, workflow=HOSTILE, notes=(HOSTILE,), limit=HOSTILE, shard=HOSTILE))
    assert len(root.xpath("//script")) == 1
    assert not root.xpath("//img | //@onerror")
    assert root.text_content().count("alert(2)") >= 12
    assert "\x1b" not in root.text_content()
    assert "{{ 7*7 }}" in root.text_content()


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_keyboard_and_screen_readers_find_their_way(lang: str) -> None:
    root = page(mixed_report(), lang)
    assert root.get("lang") == lang
    assert root.xpath("//main/@id") == ["content"]
    assert root.body[0].get("href") == "#content", "the skip link is the first thing the tab key meets"
    assert all(button.get("type") == "button" and button.get("aria-pressed") for button in root.xpath("//button"))
    assert len(root.xpath("//details")) == len(root.xpath("//details/summary")) > 0
    assert all(node.get("tabindex") == "0" for node in root.xpath("//pre | //div[@class='scroll']"))
    ids = root.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert set(root.xpath("//@aria-labelledby")) <= set(ids)


def test_every_filter_matches_something_and_counts_it() -> None:
    report = mixed_report()
    root = page(report)
    for button in root.xpath("//button[@data-filter != '']"):
        shown = root.xpath(f"//section[@id='workflows']//tr[@data-status='{button.get('data-filter')}']")
        assert len(shown) == int(button.text_content().split()[-1]) > 0
    assert len(root.xpath("//section[@id='workflows']//tbody/tr")) == len(report.outcomes)


def test_the_board_is_there_only_where_the_report_holds_one() -> None:
    assert not page(mixed_report()).xpath("//section[@id='board']")
    board = page(board_report(), "tr").xpath("//section[@id='board']")[0]
    assert len(board.xpath(".//tbody/tr")) == 25
    assert "Yedekleme" in board.text_content()
    assert catalogue()["state.late"]["tr"] in board.text_content()


def test_a_clean_report_says_that_nothing_is_to_be_done() -> None:
    text = page(clean_report()).xpath("string(//section[@id='actions'])")
    assert catalogue()["text.nothing"]["en"] in text


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_can_be_read_on_its_ground(scheme: int) -> None:
    """WCAG 2 AA: a contrast of 4.5 to 1 at least, in both schemes."""
    style = render("html", clean_report(), Context()).partition("<style>")[2].partition("</style>")[0]
    colors = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", style.split(":root {")[scheme + 1]))
    pairs = [(ink, ground) for ink in ("text", "soft", "focus", "ok", "finding") for ground in ("bg", "card")]
    pairs += [(status, f"{status}-bg") for status in ("ok", "finding", "error", "unchecked")]
    pairs += [("text", f"{status}-bg") for status in ("ok", "finding", "error", "unchecked")]
    for ink, ground in pairs:
        dark, bright = sorted((_luminance(colors[ink]), _luminance(colors[ground])))
        assert (bright + 0.05) / (dark + 0.05) >= 4.5, f"{ink} on {ground}"


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_what_is_waived_has_a_section_of_its_own_and_needs_no_action(lang: str) -> None:
    root = page(waived_report(), lang)
    (card,) = root.xpath("//section[@id='waived']//details")
    text = " ".join(card.text_content().split())
    for wanted in ("cam1, cam2", "Head of <Networks>", "lenses are ordered", "the picture is unsharp", "new-lenses"):
        assert wanted in text
    assert not root.xpath("//section[@id='actions']//details")
    assert not page(clean_report()).xpath("//section[@id='waived']")


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_the_calendar_is_a_picture_and_a_table(lang: str) -> None:
    root = page(calendar_report(open_ended=2), lang)
    (section,) = root.xpath("//section[@id='calendar']")
    assert len(section.xpath(".//*[local-name()='svg' and contains(@class, 'timeline')]")) == 1
    assert len(section.xpath(".//tbody/tr")) == 9
    text = section.text_content()
    for key in ("deadline.license", "due.ended", "due.order", "due.renewed", "text.too_late", "text.visits"):
        assert catalogue()[key][lang] in text
    assert catalogue()["text.open_ended"][lang].format(number=2) in text
    assert not page(mixed_report()).xpath("//section[@id='calendar']")


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_a_comparison_lists_what_is_gone_and_what_was_not_seen(lang: str) -> None:
    text = render("html", compared_report(), Context(lang=lang))
    section = text[text.index('<section id="compared"') :].partition("</section>")[0]
    assert "task would change &lt;i&gt;pg_hba.conf&lt;/i&gt;" in section
    assert section.count("<code>") == 2
    assert "111111111111" in section
    assert text.count('class="trend"') == 4
