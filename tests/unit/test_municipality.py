"""The example municipality: as its generator writes it, of the size that it says, and audited in time."""

from __future__ import annotations

import ipaddress
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.municipality import DAY, KINDS, files, write_town
from muhtar.doors.process import run
from muhtar.inventory import Inventory
from muhtar.license.audit import audit as audit_licenses
from muhtar.license.books import read_books
from muhtar.license.lint import lint
from muhtar.outcome import Status
from muhtar.procurement.plan import plan
from muhtar.progress import NoProgress
from muhtar.settings import ROOT, Site
from muhtar.warranty.audit import audit as audit_warranties

EXAMPLE = ROOT / "inventories" / "example"
DOCUMENTATION = [ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]


def test_the_committed_files_are_the_generators() -> None:
    kept = {str(path.relative_to(EXAMPLE)): path.read_text("utf-8") for path in EXAMPLE.rglob("*") if path.is_file()}
    made = files()
    assert set(kept) == set(made), "mend: python benchmarks/municipality.py --write"
    for name, text in made.items():
        assert kept[name] == text, f"{name} is not what the generator writes; mend: python benchmarks/municipality.py --write"


def test_it_is_of_the_size_that_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    books = read_books(Site("example"))
    assert Counter(asset.kind for asset in books.assets) == {kind: number for kind, (number, *_) in KINDS.items()}
    assert len(books.licenses) == 45
    groups = Inventory.load(Site("example")).groups
    assert {kind: len(groups[f"{kind}s" if kind != "network" else kind]) for kind in KINDS} == {
        kind: number for kind, (number, *_) in KINDS.items()
    }


def test_every_host_has_a_documentation_address_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    addresses = [ipaddress.ip_address(target.address) for target in Inventory.load(Site("example")).select()]
    assert len(set(addresses)) == len(addresses) == 1890
    assert [one for one in addresses if not any(one in net for net in DOCUMENTATION)] == []


def test_all_that_the_audits_say_must_be_ordered_or_has_no_cover_is_on_the_purchase_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path))
    site = Site("example")
    purchase = plan(site, progress=NoProgress(), as_of=DAY, year=DAY.year)
    listed = {entry for line in purchase.lines for entry in line.entries}
    audited = [
        *audit_licenses(site, progress=NoProgress(), as_of=DAY).build().outcomes,
        *audit_warranties(site, progress=NoProgress(), as_of=DAY).build().outcomes,
    ]
    due = {
        one.target
        for one in audited
        if one.status is Status.FINDING
        and (one.check in {"license.seats", "warranty.cover"} or re.search("must be ordered now|expired on", one.summary))
        and not one.check.startswith("warranty.expiry")
    }
    assert len(due) > 500
    # Waived to a day in the next year.
    assert due - listed == {"erp-kullanici"}


def test_three_times_the_registers_are_well_formed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    write_town(tmp_path / "inventories" / "town", 3)
    report = lint(Site("town", root=tmp_path)).build()
    assert [outcome.summary for outcome in report.outcomes][:2] == ["well-formed: 135 licenses", "well-formed: 5670 assets"]
    assert report.exit_code == 0


@pytest.mark.parametrize(
    ("task", "code", "said"),
    [
        ("license.audit", 3, "scanned 45 licenses = "),
        ("warranty.audit", 2, "scanned 1890 assets = "),
        ("license.lint", 0, None),
        ("license.procurement", 3, "scanned 1890 assets = "),
    ],
)
def test_an_audit_of_true_size_ends_soon_and_says_what_it_scanned(task: str, code: int, said: str | None, tmp_path: Path) -> None:
    options = [] if task == "license.lint" else ["--as-of", DAY.isoformat()]
    began = time.monotonic()
    done = run(
        [sys.executable, "-m", "muhtar", task, "--site", "example", "--format", "json", *options],
        env={"PYTHONPATH": str(ROOT), "MUHTAR_HOME": str(tmp_path)},
        ok=(code,),
        timeout=120,
    )
    # Five seconds on a machine of its own; `./inv bench.license` measures. Here others work beside it.
    assert time.monotonic() - began < 30
    notes = json.loads(done.stdout)["notes"] if said else []
    assert said is None or any(note.startswith(said) for note in notes)
