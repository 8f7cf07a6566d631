"""license.import as a whole: the report, what --apply writes, and that it touches nothing else."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from muhtar.doors import process
from muhtar.errors import RegisterError, UsageError
from muhtar.license.imports.run import Wish, import_assets
from muhtar.license.lint import lint
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.settings import ROOT, Site

HEAD = "Demirbaş No;Tür;Marka;Model;Seri No;Alım Tarihi\n"
KNOWN = "BT-1;Bilgisayar;Örnek;M-1;S1;01.02.2024\n"
NEW = "BT 2;Sunucu;Örnek;'Çift' no: 2;007;14.02.2026\n"
ENTRY = "{id: bt-1, kind: computer, maker: Örnek, model: M-1, serial: S1, purchased: 2024-02-01}"
BLOCK = "id: bt-1\n    kind: computer\n    maker: Örnek\n    model: M-1\n    serial: S1\n    purchased: 2024-02-01   # guess"


def run(site: Site, text: str, *, apply: bool = False, wish: Wish | None = None) -> Report:
    path = site.root / "export.csv"
    path.write_text(text, encoding="utf-8")
    return import_assets(site, path, wish or Wish(), apply=apply, progress=NoProgress()).build()


def said(report: Report) -> list[tuple[str, str]]:
    return [(outcome.status.value, outcome.subject) for outcome in report.outcomes]


@pytest.fixture
def town(site: Site, write: Callable[..., None]) -> Site:
    write(licenses="licenses: []\n", assets=f"assets:\n  - {ENTRY}\n")
    return site


def test_a_file_that_agrees_is_clean(town: Site) -> None:
    report = run(town, HEAD + KNOWN)
    assert (said(report), report.exit_code) == ([("ok", "matched")], 0)
    assert report.notes[0].endswith(
        "1 rows = 1 matched + 0 differing + 0 only in the file (0 lack something) + 0 without serial number + 0 duplicates; "
        "the register has 1, of which the file lacks 0"
    )


def test_each_kind_of_disagreement_is_a_finding_at_its_line(town: Site) -> None:
    rows = HEAD + KNOWN.replace("M-1", "M-9") + NEW + NEW + "BT-3;;Örnek;M;;\n" + "BT-4;;Örnek;M;S4;\n"
    report = run(town, rows)
    assert [(outcome.status.value, outcome.intent.line, outcome.summary) for outcome in report.outcomes if outcome.intent] == [
        ("finding", 2, "line 2: bt-1: model not as in the register"),
        ("finding", 3, "line 3: is not in the register; would be added as bt-2"),
        ("finding", 6, "line 6: is not in the register and cannot be added: it does not say kind, purchased"),
        ("finding", 4, "line 4: is on line 3 already, as Örnek 007; the row was left out"),
        ("finding", 5, "line 5: has no serial number: id bt-3, maker Örnek, model M"),
    ]
    assert (report.outcomes[0].wanted, report.outcomes[0].found) == ("model: M-1", "model: M-9")
    assert report.exit_code == 2
    assert town.register("assets").read_text(encoding="utf-8") == f"assets:\n  - {ENTRY}\n", "nothing was written"


def test_what_the_file_lacks_is_told_once(town: Site) -> None:
    report = run(town, HEAD + NEW)
    assert ("finding", "only in the register") in said(report)
    assert ("finding", "only in the register") not in said(run(town, HEAD + NEW, wish=Wish(kinds=("server",))))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"assets:\n  - {ENTRY}\n", ""),
        (f"assets:\n  - {ENTRY}", ""),
        (f"# ours\nassets:\n- {ENTRY}   # first\n# end\n", "# end\n"),
        (f"assets:\n  - {BLOCK}\n\n# more\nexempt_kinds: []\n", "\n# more\nexempt_kinds: []\n"),
        (f"assets:\n  - {ENTRY[:-1]},\n     documents: [a,\n     b]}}\nexempt_kinds: []\n", "exempt_kinds: []\n"),
    ],
)
def test_new_assets_come_behind_the_last_one_and_all_the_rest_stays(town: Site, before: str, after: str) -> None:
    path = town.register("assets")
    path.write_text(before, encoding="utf-8")
    report = run(town, HEAD + KNOWN + NEW, apply=True)
    assert said(report) == [("ok", "matched"), ("ok", "only in the file: Örnek 007")]
    text = path.read_text(encoding="utf-8")
    head = before.removesuffix(after) if after else before
    indent = "" if "\n- " in before else "  "
    added = (
        f"""{indent}- {{id: bt-2, kind: server, maker: Örnek, model: "'Çift' no: 2", serial: "007", purchased: 2026-02-14}}\n"""
    )
    assert text == (head if head.endswith("\n") else head + "\n") + added + after
    assert lint(town).build().exit_code == 0
    again = run(town, HEAD + KNOWN + NEW, apply=True)
    assert said(again) == [("ok", "matched")]
    assert path.read_text(encoding="utf-8") == text, "a second time nothing is new"


@pytest.mark.parametrize(
    "before", [None, "assets: []\n", "# none yet\nassets: []   # none\nexempt_kinds: []\n", "assets: [\n]\n"]
)
def test_a_register_without_assets_gets_its_first(town: Site, before: str | None) -> None:
    path = town.register("assets")
    path.unlink()
    if before:
        path.write_text(before, encoding="utf-8")
    assert run(town, HEAD + KNOWN, apply=True).exit_code == 0
    assert f"\n  - {ENTRY}" in path.read_text(encoding="utf-8")
    assert lint(town).build().exit_code == 0


def test_a_list_in_brackets_is_not_touched(town: Site) -> None:
    path = town.register("assets")
    path.write_text(f"assets: [{ENTRY}]\n", encoding="utf-8")
    with pytest.raises(RegisterError, match="has no list"):
        run(town, HEAD + NEW, apply=True)
    assert path.read_text(encoding="utf-8") == f"assets: [{ENTRY}]\n"


def test_where_the_new_ones_would_land_elsewhere_nothing_is_written(town: Site) -> None:
    second = BLOCK.replace("bt-1", "bt-9").replace("S1", "S9")
    before = f"assets:\n  - {BLOCK}\n    documents: &papers [a]\n  - {second}\n    documents: *papers\n"
    town.register("assets").write_text(before, encoding="utf-8")
    with pytest.raises(RegisterError, match="without anchors"):
        run(town, HEAD + NEW, apply=True)
    assert town.register("assets").read_text(encoding="utf-8") == before


def test_a_register_with_mistakes_is_neither_compared_nor_written(town: Site) -> None:
    town.register("assets").write_text(f"assets:\n  - {ENTRY}\n  - {ENTRY}\n", encoding="utf-8")
    with pytest.raises(RegisterError, match="nothing was imported"):
        run(town, HEAD + NEW, apply=True)


def test_defaults_say_what_rows_do_not_and_make_no_difference_to_what_is_known(town: Site) -> None:
    wish = Wish.of(None, ["kind=server", "purchased=2026-01-15"], None)
    report = run(town, "Marka;Model;Seri No\nÖrnek;M-1;S1\nÖrnek;M;S9\n", apply=True, wish=wish)
    assert report.exit_code == 0
    assert "id: ornek-s9, kind: server" in town.register("assets").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("BT-1;Sunucu;Örnek;M;S9;14.02.2026\n", "the id bt-1 is another asset's"),
        ("BT-9;Sunucu;Örnek;M;S9;31.02.2026\n", "the day of purchase '31.02.2026' is none that can be read"),
        ("BT-9;Sunucu;Örnek;M;S9;1.1.1970\n", "purchased: must lie between 1990-01-01 and 2199-12-31"),
    ],
)
def test_what_would_be_a_mistake_in_the_register_is_not_added(town: Site, row: str, why: str) -> None:
    before = town.register("assets").read_text(encoding="utf-8")
    report = run(town, HEAD + KNOWN + row, apply=True)
    assert why in report.outcomes[-1].summary
    assert report.exit_code == 2
    assert town.register("assets").read_text(encoding="utf-8") == before


def test_unknown_words_on_the_command_line_are_refused() -> None:
    with pytest.raises(UsageError, match="there is no format"):
        Wish.of("excel", [], None)
    with pytest.raises(UsageError, match="--default serial is none"):
        Wish.of(None, ["serial=1"], None)
    assert Wish.of("glpi", [], "server, network").kinds == ("server", "network")


def test_the_command_takes_a_file_and_several_defaults(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Marka;Model;Seri No\nÖrnek;M;S9\n", encoding="utf-8")
    given = ["--default", "kind=computer", "--default", "purchased=2026-01-15", "--kinds", "none", "--site", "example"]
    argv = [sys.executable, "-m", "muhtar", "license.import", str(path), *given, "--format", "json"]
    done = process.run(argv, env={"MUHTAR_HOME": str(tmp_path / "home")}, cwd=ROOT, timeout=120, check=False)
    assert done.returncode == 2, done.stderr
    (outcome,) = json.loads(done.stdout)["outcomes"]
    assert outcome["summary"] == "line 2: is not in the register; would be added as ornek-s9"


def test_fifty_thousand_rows_are_a_matter_of_seconds(town: Site) -> None:
    rows = "".join(f"BT-{number};Bilgisayar;Örnek;M-1;X{number};14.02.2026\n" for number in range(2, 50_002))
    begun = time.monotonic()
    report = run(town, HEAD + KNOWN + rows, apply=True)
    assert len(report.outcomes) == 50_001
    assert time.monotonic() - begun < 60, "it is about 10 s on a quiet machine"
