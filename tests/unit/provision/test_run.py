from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from muhtar.errors import NothingSelectedError
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.provision import run as provision_module
from muhtar.provision.run import CHECK, provision
from muhtar.report import Report, ReportBuilder
from muhtar.settings import Site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    found = Site("town", root=tmp_path)
    found.path.mkdir(parents=True)
    found.hosts_file.write_text(
        "all: {hosts: {cam1: }, children: {servers: {hosts: {web1: }}, network: {hosts: {r1: }}}}\n", encoding="utf-8"
    )
    return found


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of what was called; every part finds something to do on its host."""
    seen: list[str] = []

    def stub(name: str, target: str, check: str) -> Any:
        def work(site: Site, **options: Any) -> ReportBuilder:
            seen.append(name)
            builder = ReportBuilder(name, site.name)
            builder.select(target, options.get("check", check))
            builder.add(
                Outcome(target=target, check=options.get("check", check), status=Status.FINDING, summary="to do", diff="-a\n+b\n")
            )
            builder.note(f"note of {name}")
            return builder

        return work

    def converge(builder: ReportBuilder, check_id: str, site: Site, targets: list[Any], *, verify: bool, **_: Any) -> None:
        seen.append(f"converge, verify={verify}")
        for target in targets:
            builder.select(target.name, check_id)
            builder.add(Outcome(target=target.name, check=check_id, status=Status.OK, summary="converged"))

    monkeypatch.setattr(provision_module.servers, "check", stub("servers.check", "web1", "drift.servers"))
    monkeypatch.setattr(provision_module.servers, "converge", converge)
    monkeypatch.setattr(provision_module.network, "check", stub("network.check", "r1", "drift.network"))
    monkeypatch.setattr(provision_module, "apply_network", stub("network.apply", "r1", "drift.network"))
    return seen


def run(site: Site, **options: Any) -> Report:
    return provision(site, progress=NoProgress(), **options).build()


def test_without_apply_nothing_is_changed_and_what_would_be_is_shown(site: Site, calls: list[str]) -> None:
    report = run(site)
    assert sorted(calls) == ["network.check", "servers.check"]
    assert {(pair.target, pair.check) for pair in report.selected} == {("web1", CHECK), ("r1", CHECK)}
    assert report.exit_code == 2
    assert {outcome.mend for outcome in report.outcomes} == {f"./inv provision --limit {name} --apply" for name in ("web1", "r1")}
    assert all(outcome.diff for outcome in report.outcomes)
    assert set(report.notes) == {"note of servers.check", "note of network.check"}


@pytest.mark.parametrize("verify", [True, False])
def test_with_apply_both_kinds_are_brought_there(site: Site, calls: list[str], verify: bool) -> None:
    report = run(site, apply=True, verify=verify)
    assert sorted(calls) == [f"converge, verify={verify}", "network.apply"]
    assert {outcome.check for outcome in report.outcomes} == {CHECK}


def test_a_limit_leaves_out_the_kind_that_it_does_not_touch(site: Site, calls: list[str]) -> None:
    assert run(site, limit="r1").targets == ["r1"]
    assert calls == ["network.check"]
    with pytest.raises(NothingSelectedError):
        run(site, limit="cam1")
