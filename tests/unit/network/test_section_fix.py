"""drift.fix on simulated switches, by NAPALM's own drivers: one section becomes the intended one, and no other."""

from __future__ import annotations

import pytest

from muhtar.drift import network as drift
from muhtar.drift.fix import CHECK, fix
from muhtar.errors import UsageError
from muhtar.history import History
from muhtar.network import section_plan
from muhtar.network.journal import Journal
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from muhtar.settings import Site
from tests.support.simulated_ios import IosSwitch
from tests.support.simulated_switch import Switch

QUIET = NoProgress()


def looked(site: Site, host: str) -> Report:
    report = drift.check(site, limit=host, progress=QUIET).build()
    History.open().record(report)
    return report


def findings(report: Report) -> dict[str, Outcome]:
    return {outcome.subject: outcome for outcome in report.outcomes if outcome.status is Status.FINDING}


def mended_alone(site: Site, host: str, section: str) -> None:
    before = findings(looked(site, host))
    assert len(before) > 2, "the switch as it came from the factory differs in many sections"
    shown = fix(site, before[section].id, apply=False, progress=QUIET).build()
    assert [(one.check, one.subject, one.status) for one in shown.outcomes] == [(CHECK, section, Status.FINDING)]
    assert shown.outcomes[0].diff
    assert findings(looked(site, host)).keys() == before.keys(), "without --apply nothing is changed"
    done = fix(site, before[section].id, apply=True, progress=QUIET).build()
    assert [(one.check, one.subject, one.status) for one in done.outcomes] == [(CHECK, section, Status.OK)]
    assert any("takes it back" in note for note in done.notes)
    assert any(note.startswith("left as it is") for note in done.notes)
    after = findings(looked(site, host))
    assert after.keys() == before.keys() - {section}
    assert {name: one.diff for name, one in after.items()} == {name: before[name].diff for name in after}
    with pytest.raises(UsageError, match="is gone"):
        fix(site, before[section].id, apply=True, progress=QUIET)


def test_a_section_of_an_eos_switch(eos_site: Site, sw1: Switch) -> None:
    del sw1
    mended_alone(eos_site, "sw1", "interfaces")
    assert Journal(eos_site).changes()[-1].kind == "section"


def test_a_section_of_an_ios_switch(ios_site: Site, sw3: IosSwitch) -> None:
    del sw3
    mended_alone(ios_site, "sw3", "ntp")


def test_a_switch_that_is_gone_is_unchecked(eos_site: Site, sw1: Switch) -> None:
    finding = findings(looked(eos_site, "sw1"))["interfaces"]
    sw1.restart()  # to another port
    report = fix(eos_site, finding.id, apply=True, progress=QUIET).build()
    assert [outcome.status for outcome in report.outcomes] == [Status.UNCHECKED]
    assert report.exit_code == 3


def test_where_another_section_would_change_too_nothing_is_done(
    eos_site: Site, sw1: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = looked(eos_site, "sw1")
    monkeypatch.setattr(section_plan, "spliced", lambda running, intended, section: intended)
    report = fix(eos_site, findings(before)["interfaces"].id, apply=True, progress=QUIET).build()
    assert [outcome.status for outcome in report.outcomes] == [Status.ERROR]
    assert "interfaces cannot be changed by itself" in report.outcomes[0].summary
    sw1.device.settle()
    assert findings(looked(eos_site, "sw1")).keys() == findings(before).keys()
    assert Journal(eos_site).changes() == []
