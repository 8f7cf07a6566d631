"""The policy register: who inherits what, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from muhtar.backup.policy import Policy
from muhtar.errors import RegisterError
from muhtar.registers.load import load_register
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


def test_two_sources_of_one_name_on_a_host_are_refused() -> None:
    double = policy(groups={"servers": {"sources": [FILES]}, "web": {"sources": [FILES]}})
    with pytest.raises(RegisterError, match="settings"):
        double.of(target("web1", "servers", "web"))


def test_two_repositories_for_a_host_are_refused() -> None:
    keepers = {"main": BASE["repositories"]["main"], "other": BASE["repositories"]["main"]}
    split = policy(
        repositories=keepers,
        groups={"servers": {"repository": "other", "sources": [FILES]}, "web": BASE["groups"]["web"]},
    )
    with pytest.raises(RegisterError, match="repositories"):
        split.of(target("web1", "servers", "web"))


WRONG = [
    ({"rpo_hours": 0}, "rpo_hours"),
    ({"repository": "man"}, "there is no repository 'man'"),
    ({"groups": {}}, "groups"),
    ({"groups": {"web": {"sources": []}}}, "sources"),
    ({"groups": {"web": {"sources": [FILES, FILES]}}}, "two sources named 'settings'"),
    ({"groups": {"web": {"sources": [{**FILES, "kind": "tape"}]}}}, "tape"),
    ({"groups": {"web": {"sources": [{**FILES, "paths": ["etc"]}]}}}, "paths"),
    ({"groups": {"web": {"sources": [{**FILES, "paths": ["/"]}]}}}, "paths"),
    ({"groups": {"web": {"sources": [{**FILES, "paths": ["/etc/*.conf"]}]}}}, "paths"),
    ({"groups": {"web": {"sources": [{**FILES, "retention": 3}]}}}, "unknown key 'retention'"),
    ({"groups": {"web": {"sources": [{"name": "d", "kind": "mariadb", "databases": ["a;b"]}]}}}, "databases"),
    ({"exempt": {"bak1": "no"}}, "exempt"),
]


@pytest.mark.parametrize(("change", "said"), WRONG)
def test_what_is_wrong_is_told_with_its_line(change: dict[str, object], said: str, tmp_path: Path) -> None:
    path = tmp_path / "backup.yml"
    path.write_text(yaml.safe_dump(BASE | change, sort_keys=False))
    with pytest.raises(RegisterError) as caught:
        load_register(path, Policy)
    assert said in str(caught.value)
    assert f"{path}:" in str(caught.value)


def test_the_labs_policy_covers_or_exempts_every_group() -> None:
    found = load_register(LAB, Policy)
    assert {"databases", "web", "pbx", "video", "network"} == set(found.groups)
    assert {"backup", "cameras"} == set(found.exempt)
    assert all(source.duty or group.duty for group in found.groups.values() for source in group.sources)
