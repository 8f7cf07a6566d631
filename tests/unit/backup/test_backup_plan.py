"""What a selection comes to, over a real inventory in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from muhtar.backup.plan import Plan
from muhtar.errors import InventoryError, RegisterError, UsageError
from muhtar.settings import Site
from tests.support.backup_town import BASE

HOSTS = """
all:
  children:
    web: {hosts: {web1: {ansible_host: 192.0.2.32}, web2: {}}}
    backup: {hosts: {bak1: {ansible_host: "2001:db8::35"}}}
    cameras: {hosts: {cam1: {}}}
    other: {hosts: {new1: {}}}
"""
SECRETS = {"vault_repo": {"web1": "repository-secret"}, "vault_http": {"web1": "user-secret"}}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    folder = tmp_path / "inventories" / "town"
    (folder / "registers").mkdir(parents=True)
    (folder / "group_vars").mkdir()
    (folder / "hosts.yml").write_text(HOSTS)
    (folder / "group_vars" / "all.yml").write_text(yaml.safe_dump(SECRETS))
    write(folder, exempt={"cameras": "they hold no data"})
    return Site("town", tmp_path)


def write(folder: Path, **changes: Any) -> None:
    (folder / "registers" / "backup.yml").write_text(yaml.safe_dump(BASE | changes))


def test_jobs_exempt_and_unplanned(site: Site) -> None:
    plan = Plan.make(site)
    assert [job.name for job in plan.jobs] == ["web1", "web2"]
    assert plan.exempt == {"cam1": "they hold no data"}
    assert plan.unplanned == ["bak1", "new1"]


def test_the_selection_is_ansibles(site: Site) -> None:
    assert [job.name for job in Plan.make(site, "web:!web2").jobs] == ["web1"]
    with pytest.raises(InventoryError):
        Plan.make(site, "wbe1")


@pytest.mark.parametrize(
    ("limit", "only", "said"), [("cam1", None, "cam1: they hold no data"), ("new1", None, "nothing"), ("web1", "x", "'x'")]
)
def test_nothing_to_do_is_an_error(site: Site, limit: str, only: str | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Plan.make(site, limit, only=only)


@pytest.mark.parametrize(
    "changes",
    [
        {"groups": {"wbe": BASE["groups"]["web"]}},
        {"exempt": {"camras": "they hold no data"}},
        {"hosts": {"web9": BASE["groups"]["web"]}},
        {"repositories": {"main": BASE["repositories"]["main"] | {"server": "bak2"}}},
    ],
)
def test_names_that_the_inventory_lacks_are_refused(site: Site, changes: dict[str, Any]) -> None:
    write(site.path, **changes)
    with pytest.raises(RegisterError, match="does not fit") as caught:
        Plan.make(site)
    wrong = ("wbe", "camras", "web9", "bak2")
    lines = site.register("backup").read_text().splitlines()
    (line,) = [number for number, text in enumerate(lines, 1) if any(word in text for word in wrong)]
    assert [problem.line for problem in caught.value.problems] == [line]


def test_the_repository_and_its_secrets(site: Site) -> None:
    (job,) = Plan.make(site, "web1").jobs
    restic = Plan.make(site, "web1").restic(job, "host")
    assert restic.repository.url == "rest:https://[2001:db8::35]:8000/web1/"
    assert restic.repository.user == "web1"
    assert restic.repository.password.reveal() == "repository-secret"
    assert "secret" not in repr(restic.repository)


def test_a_host_without_a_password_is_told(site: Site) -> None:
    (job,) = Plan.make(site, "web2").jobs
    with pytest.raises(InventoryError, match="vault_repo"):
        Plan.make(site).restic(job, "host")
