"""All areas at once, with stand-ins for the areas: selection, failures of one of them, mending in the right order."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from muhtar.doors import together
from muhtar.drift.areas import AREAS, Area
from muhtar.drift.check import check, mend
from muhtar.errors import DoorError, InventoryError, NothingSelectedError, UsageError
from muhtar.inventory import Inventory
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.report import Report, ReportBuilder
from muhtar.settings import Site

HOSTS = """\
all:
  children:
    servers:
      children:
        web: {hosts: {web1: }}
        pbx: {hosts: {pbx1: }}
        video: {hosts: {nvr1: }}
    network: {hosts: {r1: , r2: }}
    databases: {hosts: {db1: }}
"""


class Town:
    """Targets and what is wrong with them; areas that look at them and mend them."""

    def __init__(self) -> None:
        self.wrong: dict[str, set[str]] = {name: set() for name in AREAS}
        self.crash: dict[str, BaseException] = {}
        self.mended: list[tuple[str, str | None]] = []
        self.mendable = {"servers", "network"}
        self.hidden: dict[str, set[str]] = {name: set() for name in AREAS}
        self.unmanaged: set[str] = set()
        self.busy = 0
        self.most_busy = 0
        self.looks = 0
        self.full = False
        self.lock = threading.Lock()

    def load(self, area: Area) -> SimpleNamespace:
        def look(
            site: Site, *, limit: str | None = None, shard: str | None = None, progress: Any, **options: bool
        ) -> ReportBuilder:
            assert set(options) <= ({"full"} if area.fast else set()) | ({"stills"} if area.pictured else set())
            with self.lock:
                self.full |= options.get("full", False)
                self.busy += 1
                self.looks += 1
                self.most_busy = max(self.busy, self.most_busy)
            time.sleep(0.2)
            with self.lock:
                self.busy -= 1
            if area.name in self.crash:
                raise self.crash[area.name]
            builder = ReportBuilder(area.check_id, site.name)
            for target in Inventory.load(site).select(limit, shard, group=area.group):
                builder.select(target.name, area.check_id)
                bad = target.name in self.wrong[area.name]
                hidden = target.name in self.hidden[area.name]
                status = Status.FINDING if bad else Status.UNCHECKED if hidden else Status.OK
                builder.add(Outcome(target=target.name, check=area.check_id, status=status, summary="looked"))
                for also in area.checks[1:] if area.name == "servers" and self.unmanaged else ():
                    builder.select(target.name, also)
                    status = Status.FINDING if target.name in self.unmanaged else Status.OK
                    builder.add(Outcome(target=target.name, check=also, status=status, summary="looked"))
            builder.note(f"{area.name} looked")
            return builder

        def mend(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Any) -> ReportBuilder:
            self.mended.append((area.name, limit))
            for state in (self.wrong[area.name], *self.hidden.values()):
                state -= set((limit or "").split(","))
            return look(site, limit=limit, shard=shard, progress=progress)

        found = SimpleNamespace(check=look)
        if area.name in self.mendable:
            found.mend = mend
        return found


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Town:
    found = Town()

    def load(area: Area) -> SimpleNamespace:
        return found.load(area)

    monkeypatch.setattr(Area, "load", load)
    return found


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    found = Site("town", root=tmp_path)
    found.path.mkdir(parents=True)
    found.hosts_file.write_text(HOSTS, encoding="utf-8")
    return found


def run(site: Site, **options: Any) -> Report:
    return check(site, progress=NoProgress(), **options).build()


def bad(report: Report) -> set[tuple[str, str]]:
    return {(outcome.target, outcome.check) for outcome in report.outcomes if outcome.status is not Status.OK}


@pytest.mark.parametrize("full", [True, False])
def test_who_wants_a_full_check_gets_one(site: Site, town: Town, full: bool) -> None:
    run(site, full=full)
    assert town.full is full


def test_everything_is_looked_at_side_by_side(site: Site, town: Town) -> None:
    report = run(site)
    assert {(pair.target, pair.check) for pair in report.selected} == {
        ("web1", "drift.servers"), ("pbx1", "drift.servers"), ("nvr1", "drift.servers"),
        ("r1", "drift.network"), ("r2", "drift.network"), ("pbx1", "drift.pbx"), ("nvr1", "drift.video"),
            ("db1", "drift.access"),
    }  # fmt: skip
    assert report.exit_code == 0
    assert town.most_busy > 1
    assert set(report.notes) == {f"{name} looked" for name in AREAS}


def test_areas_can_be_chosen(site: Site, town: Town) -> None:
    assert {pair.check for pair in run(site, only="pbx, network").selected} == {"drift.network", "drift.pbx"}
    for wrong in ("planes", "pbx,planes", ",", ""):
        with pytest.raises(UsageError):
            run(site, only=wrong)


def test_areas_that_the_limit_does_not_touch_are_noted_not_failed(site: Site, town: Town) -> None:
    report = run(site, limit="r1")
    assert [pair.target for pair in report.selected] == ["r1"]
    assert any(note.startswith("servers: no host") for note in report.notes)
    with pytest.raises(InventoryError, match="typo"):
        run(site, limit="r1:typo")
    with pytest.raises(NothingSelectedError):
        run(site, limit="r1", only="servers")


def test_shards_of_all_areas_together_are_the_whole(site: Site, town: Town) -> None:
    whole = {(pair.target, pair.check) for pair in run(site).selected}
    parts = [run(site, shard=f"{index}/3").selected for index in (1, 2, 3)]
    assert sorted((pair.target, pair.check) for part in parts for pair in part) == sorted(whole)


@pytest.mark.parametrize("error", [DoorError("no such program"), RuntimeError("a bug")], ids=["ours", "bug"])
def test_an_area_that_breaks_does_not_hide_the_others(site: Site, town: Town, error: BaseException) -> None:
    town.crash, town.wrong["servers"] = {"network": error}, {"web1"}
    report = run(site)
    assert bad(report) == {("r1", "drift.network"), ("r2", "drift.network"), ("web1", "drift.servers")}
    assert report.exit_code == 1
    assert str(error) in next(outcome.summary for outcome in report.outcomes if outcome.target == "r1")


def test_nothing_is_mended_unless_told_to(site: Site, town: Town) -> None:
    town.wrong["servers"] = {"web1"}
    assert run(site).exit_code == 2
    assert town.mended == []


def test_what_drifted_is_mended_and_only_that(site: Site, town: Town) -> None:
    town.wrong["servers"], town.wrong["network"], town.wrong["pbx"] = {"web1", "nvr1"}, {"r2"}, {"pbx1"}
    report = run(site, apply=True)
    assert sorted(town.mended) == [("network", "r2"), ("servers", "web1,nvr1")]
    assert bad(report) == {("pbx1", "drift.pbx")}, "what no area can mend stays a finding"
    assert len(report.selected) == 8
    assert {note for note in report.notes if note.startswith("mended")} == {
        "mended on web1: looked", "mended on nvr1: looked", "mended on r2: looked",
    }  # fmt: skip


def test_a_clean_town_is_not_touched(site: Site, town: Town) -> None:
    assert run(site, apply=True).exit_code == 0
    assert town.mended == []


def test_mending_that_breaks_is_an_error_of_its_hosts(site: Site, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.wrong["servers"], town.wrong["network"] = {"web1"}, {"r1"}
    real = town.load

    def load(area: Area) -> SimpleNamespace:
        found = real(area)
        if area.name == "servers":

            def mend(*_: Any, **__: Any) -> ReportBuilder:
                raise DoorError("ansible is ill")

            found.mend = mend
        return found

    monkeypatch.setattr(Area, "load", load)
    report = run(site, apply=True)
    assert report.exit_code == 1
    assert bad(report) >= {("web1", "drift.servers")}
    assert ("r1", "drift.network") not in bad(report)


def test_what_a_server_in_trouble_hid_is_looked_at_again_after_mending(site: Site, town: Town) -> None:
    # The exchange was down: the server's tasks say so, and nobody could ask for its extensions.
    town.wrong["servers"], town.hidden["pbx"] = {"pbx1"}, {"pbx1"}
    assert run(site).exit_code == 3
    assert run(site, apply=True).exit_code == 0


def test_what_somebody_answers_for_is_not_mended(site: Site, town: Town) -> None:
    town.wrong["servers"], town.wrong["network"] = {"web1"}, {"r2"}
    register = site.overlay / "registers" / "waivers.yml"
    register.parent.mkdir(parents=True, exist_ok=True)
    register.write_text(
        "waivers:\n  - {id: w, check: drift.servers, targets: [web1], owner: Head, reason: it moves, until: 2199-01-31}\n",
        encoding="utf-8",
    )
    report = run(site, apply=True)
    assert bad(report) == {("web1", "drift.servers")}, "found and left as it is; the command covers it in the report"


def test_what_was_just_found_is_mended_without_looking_twice(site: Site, town: Town) -> None:
    town.wrong["servers"], town.wrong["network"] = {"web1"}, {"r2"}
    found = run(site)
    looks = town.looks
    report = mend(site, found, progress=NoProgress()).build()
    assert {(pair.target, pair.check) for pair in report.selected} == {("web1", "drift.servers"), ("r2", "drift.network")}
    assert report.exit_code == 0
    assert town.looks == looks + 2, "only the looks that prove the mending"
    with pytest.raises(NothingSelectedError):
        mend(site, run(site), progress=NoProgress())


def test_what_nobody_declared_is_told_and_no_reason_to_run_roles(site: Site, town: Town) -> None:
    town.unmanaged = {"web1", "pbx1"}
    assert bad(run(site, apply=True)) == {("web1", "drift.unmanaged"), ("pbx1", "drift.unmanaged")}
    assert town.mended == []
    town.wrong["servers"] = {"web1"}
    found = run(site)
    assert bad(mend(site, found, progress=NoProgress()).build()) == {("web1", "drift.unmanaged"), ("pbx1", "drift.unmanaged")}
    assert town.mended == [("servers", "web1")]


def test_ctrl_c_ends_the_programs_of_the_threads(site: Site, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[bool] = []

    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(together, "settle", interrupted)
    monkeypatch.setattr(together, "end_all", lambda: ended.append(True))
    with pytest.raises(KeyboardInterrupt):
        run(site)
    assert ended == [True]
