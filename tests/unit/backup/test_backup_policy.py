"""The policy register: who inherits what, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from muhtar.backup.policy import Policy
from muhtar.errors import RegisterError
from tests.support.backup_town import BASE, policy, target

FILES = {"name": "settings", "kind": "files", "paths": ["/etc"]}
LAB = Path(__file__).parents[3] / "inventories/lab/registers/backup.yml"


def test_a_host_gets_the_sources_of_all_its_groups() -> None:
    found = policy(groups={"servers": {"sources": [FILES]}, "web": BASE["groups"]["web"], "pbx": {"sources": [FILES]}}).of(
        target("web1", "servers", "web")
    )
    assert found is not None
    assert [(item.source.name, item.group) for item in found.items] == [("settings", "servers"), ("content", "web")]


def test_rpo_and_duty_come_from_the_nearest_that_says_them() -> None:
    group = {
        "rpo_hours": 12,
        "duty": "8f",
        "sources": [FILES, {**FILES, "name": "often", "rpo_hours": 1, "duty": "8d"}],
    }
    found = policy(groups={"pbx": group, "web": BASE["groups"]["web"]})
    items = found.of(target("pbx1", "pbx"))
    other = found.of(target("web1", "web"))
    assert items is not None
    assert other is not None
    assert [(item.rpo_hours, item.duty) for item in items.items] == [(12, "8f"), (1, "8d")]
    assert [(item.rpo_hours, item.duty) for item in other.items] == [(26, None)]


def test_a_host_of_no_group_has_no_policy() -> None:
    assert policy().of(target("db1", "databases")) is None


def test_exemptions_are_by_host_or_group() -> None:
    found = policy(exempt={"cameras": "they hold no data", "lab1": "it is rebuilt daily"})
    assert found.exemption(target("cam1", "cameras")) == "they hold no data"
    assert found.exemption(target("lab1", "servers")) == "it is rebuilt daily"
    assert found.exemption(target("web1", "web")) is None


@pytest.mark.parametrize("reason", [None, "no", "    \t     x"])
def test_an_exemption_without_a_reason_is_one_all_the_same(reason: str | None) -> None:
    assert policy(exempt={"bak1": reason}).exemption(target("bak1", "backup")) == ""


def test_two_sources_of_one_name_on_a_host_are_refused() -> None:
    double = policy(groups={"servers": {"sources": [FILES]}, "web": {"sources": [FILES]}})
    with pytest.raises(RegisterError, match="settings"):
        double.of(target("web1", "servers", "web"))


KEEPERS = dict.fromkeys(("main", "other", "away"), BASE["repositories"]["main"])


def test_a_later_group_wins_and_the_host_over_it() -> None:
    found = policy(
        repositories=KEEPERS,
        second="away",
        retention={"keep_daily": 7},
        groups={
            "web": {"repository": "other", "drill_every_days": 90, "sources": [FILES]},
            "servers": {"repository": "main", "read_all_within_days": 14, "retention": {"keep_daily": 30, "keep_weekly": 4}},
        },
        hosts={"web2": {"drill_every_days": 7, "repository": "main"}},
    )
    first, second = found.of(target("web1", "servers", "web")), found.of(target("web2", "servers", "web"))
    assert first is not None
    assert second is not None
    assert [kept.name for kept in first.repositories] == ["other", "away"]
    assert [kept.name for kept in second.repositories] == ["main", "away"]
    assert (first.drill_every_days, second.drill_every_days) == (90, 7)
    assert (first.read_all_within_days, first.rpo_hours) == (14, 26)
    assert first.retention is not None
    assert first.retention.options == ["--keep-daily=30", "--keep-weekly=4"]
    assert str(first.retention) == "30 daily, 4 weekly"


def test_nothing_declared_is_no_second_copy_and_no_retention() -> None:
    found = policy().of(target("web1", "web"))
    assert found is not None
    assert found.retention is None
    assert found.second is None
    assert (found.read_all_within_days, found.drill_every_days) == (28, 35)
    assert {str(found.origins[key]) for key in ("second", "retention", "drill_every_days")} == {"default"}


def test_a_hosts_own_source_stands_for_its_groups() -> None:
    wider = {**FILES, "paths": ["/etc", "/opt"]}
    found = policy(groups={"servers": {"sources": [FILES]}}, hosts={"web1": {"sources": [wider]}}).of(target("web1", "servers"))
    assert found is not None
    (item,) = found.items
    assert item.group == "web1"
    assert item.source.paths == ("/etc", "/opt")  # type: ignore[union-attr]


def test_a_source_inherits_from_its_group_that_groups_parents_and_the_host_alone() -> None:
    found = policy(
        minimum_size="1 MB",
        groups={
            "servers": {"rpo_hours": 50, "duty": "8h", "sources": [FILES]},
            "web": {"rpo_hours": 12, "minimum_size": "20 kB", "sources": [{**FILES, "name": "own"}]},
        },
    )
    items = found.of(target("web1", "servers", "web"))
    assert items is not None
    assert [(item.source.name, item.rpo_hours, item.duty, item.minimum_size) for item in items.items] == [
        ("settings", 50, "8h", 1_000_000),
        ("own", 12, "8h", 20_000),
    ]
    own = found.model_copy(update={"hosts": {"web1": found.groups["web"].model_copy(update={"rpo_hours": 1, "sources": ()})}})
    changed = own.of(target("web1", "servers", "web"))
    assert changed is not None
    assert [item.rpo_hours for item in changed.items] == [1, 1]


def test_what_may_be_empty_has_no_minimum() -> None:
    found = policy(minimum_size="1 MB", groups={"web": {"sources": [{**FILES, "may_be_empty": True}]}}).of(target("web1", "web"))
    assert found is not None
    assert found.items[0].minimum_size == 0


def test_both_copies_in_one_place_are_refused() -> None:
    with pytest.raises(RegisterError, match="both copies in 'main'"):
        policy(second="main").of(target("web1", "web"))


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    path = tmp_path / "backup.yml"
    path.write_text(
        yaml.safe_dump(BASE | {"hosts": {"web1": {"drill_every_days": 7}}, "retention": {"keep_last": 3}}, sort_keys=False)
    )
    lines = path.read_text().splitlines()
    found = Policy.load(path).of(target("web1", "web"))
    assert found is not None
    assert str(found.origins["drill_every_days"]) == f"host web1, {path}:{lines.index('    drill_every_days: 7') + 1}"
    assert str(found.origins["retention"]) == f"all hosts, {path}:{lines.index('retention:') + 1}"
    source = found.items[0].origins["source"]
    assert source.layer == "group web"
    assert source.intent is not None
    assert lines[(source.intent.line or 0) - 1].strip().startswith("- ")


def test_a_group_without_sources_gives_no_backup() -> None:
    assert policy(groups={"web": {"rpo_hours": 3}}).of(target("web1", "web")) is None


WRONG = [
    ({"rpo_hours": 0}, "rpo_hours"),
    ({"repository": "man"}, "there is no repository 'man'"),
    ({"groups": {}}, "groups"),
    ({"repositories": BASE["repositories"] | {"b": BASE["repositories"]["main"] | {"ofsite": True}}}, "did you mean 'offsite'?"),
    ({"second": "man"}, "there is no repository 'man'"),
    ({"hosts": {"web1": {"repository": "man"}}}, "there is no repository 'man'"),
    ({"retention": {"keep_dayly": 3}}, "unknown key 'keep_dayly'"),
    ({"retention": {"keep_daily": 0}}, "keeps nothing"),
    ({"drill_every_days": 0}, "drill_every_days"),
    ({"minimum_size": 5}, "with its unit"),
    ({"minimum_size": "5 MiB"}, "with its unit"),
    ({"groups": {"web": {"rpo": 3, "sources": [FILES]}}}, "unknown key 'rpo'"),
    ({"groups": {"web": {"sources": [{**FILES, "may_be_empty": True, "minimum_size": "1 kB"}]}}}, "minimum size"),
    ({"groups": {"web": {"sources": [FILES, FILES]}}}, "two sources named 'settings'"),
    ({"groups": {"web": {"sources": [{**FILES, "kind": "tape"}]}}}, "tape"),
    ({"groups": {"web": {"sources": [{**FILES, "paths": ["etc"]}]}}}, "paths"),
    ({"groups": {"web": {"sources": [{**FILES, "paths": ["/"]}]}}}, "paths"),
    ({"groups": {"web": {"sources": [{**FILES, "paths": ["/etc/*.conf"]}]}}}, "paths"),
    ({"groups": {"web": {"sources": [{**FILES, "retention": 3}]}}}, "unknown key 'retention'"),
    ({"groups": {"web": {"sources": [{"name": "d", "kind": "mariadb", "databases": ["a;b"]}]}}}, "databases"),
    ({"exempt": {"bak1": 5}}, "exempt"),
]


@pytest.mark.parametrize(("change", "said"), WRONG)
def test_what_is_wrong_is_told_with_its_line(change: dict[str, object], said: str, tmp_path: Path) -> None:
    path = tmp_path / "backup.yml"
    path.write_text(yaml.safe_dump(BASE | change, sort_keys=False))
    with pytest.raises(RegisterError) as caught:
        Policy.load(path)
    assert said in str(caught.value)
    assert f"{path}:" in str(caught.value)


def test_the_labs_policy_covers_or_exempts_every_group() -> None:
    found = Policy.load(LAB)
    assert {"databases", "web", "pbx", "video", "network"} == set(found.groups)
    assert {"backup", "cameras", "drill"} == set(found.exempt)
    assert all(source.duty or group.duty for group in found.groups.values() for source in group.sources)
