"""backup.plan: what holds for each host, where it was said, and who has no policy or no reason."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from muhtar.backup.explain import explain, lines, make, table
from muhtar.outcome import Status
from muhtar.settings import Site
from tests.support.backup_town import BASE

HOSTS = """
all:
  children:
    servers:
      children:
        web: {hosts: {web1: {}, web2: {}, web3: {}}}
    backup: {hosts: {bak1: {}, bak2: {}}}
    cameras: {hosts: {cam1: {}}}
    other: {hosts: {new1: {}}}
"""
POLICY = BASE | {
    "repositories": {"main": BASE["repositories"]["main"], "away": BASE["repositories"]["main"] | {"server": "bak2"}},
    "second": "away",
    "retention": {"keep_daily": 14},
    "groups": BASE["groups"] | {"servers": {"drill_every_days": 90}},
    "hosts": {"web3": {"rpo_hours": 4}},
    "exempt": {"cameras": "they hold no data", "backup": None},
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    folder = tmp_path / "inventories" / "town"
    (folder / "registers").mkdir(parents=True)
    (folder / "hosts.yml").write_text(HOSTS)
    (folder / "registers" / "backup.yml").write_text(yaml.safe_dump(POLICY, sort_keys=False))
    return Site("town", tmp_path)


def line_of(site: Site, text: str, after: str = "") -> int:
    """The line of the register that begins with `text`, after the one that begins with `after`."""
    found = [line.strip() for line in site.register("backup").read_text().splitlines()]
    start = next((number for number, line in enumerate(found) if line.startswith(after)), 0) if after else 0
    return next(number for number, line in enumerate(found, 1) if line.startswith(text) and number > start)


def test_who_is_not_planned_and_who_is_exempt_for_no_reason(site: Site) -> None:
    report = explain(make(site)).build()
    found = {outcome.target: outcome.status for outcome in report.outcomes}
    assert found == {
        **dict.fromkeys(("web1", "web2", "web3", "cam1"), Status.OK),
        **dict.fromkeys(("bak1", "bak2", "new1"), Status.FINDING),
    }
    outcome = next(outcome for outcome in report.outcomes if outcome.target == "bak1")
    assert outcome.intent is not None
    assert outcome.intent.line == line_of(site, "backup:")


def test_nothing_but_hosts_without_a_policy_is_a_finding_and_no_failure(site: Site) -> None:
    assert explain(make(site, "new1"), "new1").build().exit_code == 2


def test_every_value_says_where_it_is_from(site: Site) -> None:
    plan = make(site, "web3")
    found = {(line.source, line.key): (line.value, line.origin) for line in lines(plan.jobs[0].policy)}
    path = plan.intent.file
    assert found == {
        ("content", "files"): ("paths /var/www", f"group web, {path}:{line_of(site, '- name: content')}"),
        ("content", "RPO"): ("4 h", f"host web3, {path}:{line_of(site, 'rpo_hours', after='hosts:')}"),
        ("", "repository"): ("main on bak1", f"all hosts, {path}:{line_of(site, 'repository:')}"),
        ("", "second copy"): ("away on bak2", f"all hosts, {path}:{line_of(site, 'second:')}"),
        ("", "retention"): ("14 daily", f"all hosts, {path}:{line_of(site, 'retention:')}"),
        ("", "all data read within"): ("28 days", "default"),
        ("", "a drill every"): ("90 days", f"group servers, {path}:{line_of(site, 'drill_every_days')}"),
    }


def test_hosts_of_one_policy_share_their_lines(site: Site) -> None:
    console = Console(file=io.StringIO(), width=200)
    with console.capture() as captured:
        console.print(table(make(site, "web")))
    text = captured.get()
    assert "web1, web2 " in text
    assert text.count("second copy") == 2
