"""The anatomy that all roles share: a reader of one knows them all, and no documented variable is a lie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from muhtar.drift.observed import UNDERSTOOD

ROOT = Path(__file__).resolve().parents[2]
ROLES = sorted(path.parent.parent for path in (ROOT / "roles").glob("*/tasks/main.yml"))
PHASES = ["preflight", "observe", "install", "configure", "service"]
SECTIONS = ["Inputs", "Outputs", "Backs up"]

pytestmark = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None


def options(role: Path) -> dict[str, dict[str, Any]]:
    return load(role / "meta" / "argument_specs.yml")["argument_specs"]["main"].get("options") or {}


def tasks(role: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every task and handler of a role, those in blocks too, with the file that it stands in."""

    def walk(path: Path, items: list[dict[str, Any]]) -> Iterator[tuple[Path, dict[str, Any]]]:
        for item in items:
            yield path, item
            for key in ("block", "rescue", "always"):
                yield from walk(path, item.get(key) or [])

    for path in sorted([*role.glob("tasks/*.yml"), *role.glob("handlers/*.yml")]):
        yield from walk(path, load(path) or [])


def phases(role: Path) -> list[str]:
    found = []
    for item in load(role / "tasks" / "main.yml"):
        file = item.get("ansible.builtin.import_tasks", item.get("ansible.builtin.include_tasks", ""))
        found.append(file.removesuffix(".yml"))
    return found


def test_phases_stand_in_their_own_files_and_in_order(role: Path) -> None:
    found = phases(role)
    assert found == [phase for phase in PHASES if phase in found], "main.yml imports the phases, in order, and does nothing else"
    assert {"observe", "install", "configure"} <= set(found)
    manages_services = any("ansible.builtin.systemd_service" in item for path, item in tasks(role) if path.parent.name == "tasks")
    assert manages_services <= ("service" in found), "services are the service phase's"


def test_it_can_be_run_by_itself(role: Path) -> None:
    """drift.fix runs a role by its tag, which must reach all of its tasks and no other role's."""
    entries = [entry for path in ROOT.glob("playbooks/*.yml") for play in load(path) for entry in play.get("roles", [])]
    own = [entry for entry in entries if entry["role"] == role.name]
    assert own, "a playbook imports it"
    assert all(entry["tags"] == role.name for entry in own)
    assert not [entry for entry in entries if entry["role"] != role.name and role.name in entry["tags"]]
    keys = {key.rpartition(".")[2] for _, item in tasks(role) for key in item}
    assert not keys & {"include_tasks", "include_role"}, "the tag does not reach what is included"
    assert not {"always", "never", *(other.name for other in ROLES)} & set(_tags(role))


def _tags(role: Path) -> list[str]:
    found = [item.get("tags", []) for _, item in tasks(role)]
    return [tag for tags in found for tag in ([tags] if isinstance(tags, str) else tags)]


def test_each_phase_is_a_tag(role: Path) -> None:
    for item, phase in zip(load(role / "tasks" / "main.yml"), phases(role), strict=True):
        wanted = item.get("tags")
        assert phase in ([wanted] if isinstance(wanted, str) else wanted), f"{phase} can be run alone: --tags {phase}"


def test_the_fast_check_understands_every_module(role: Path) -> None:
    """Otherwise the hosts of the role would be checked in full every time, and nobody would know why."""
    for path, item in tasks(role):
        for name in {key.rpartition(".")[2] for key in item if "." in key}:
            assert name in UNDERSTOOD or path.parent.name == "handlers" or name == "wait_for", f"{path.name}: {name}"


def test_no_answer_depends_on_what_the_fast_check_cannot_know(role: Path) -> None:
    for path, item in tasks(role):
        assert item.get("delegate_to") in {None, "localhost"}, f"{path.name}: what another host answers is not observed"
    texts = {
        path: path.read_text(encoding="utf-8") for path in role.rglob("*") if path.is_file() and path.suffix in {".yml", ".j2"}
    }
    for path, text in texts.items():
        assert "registers/" not in text, f"{path}: the fingerprint of what is declared leaves the registers out"
        if role.name != "tls":  # its observation asks for the certificate's last day
            assert "now(" not in text, f"{path}: time changes the answer"


def test_defaults_are_the_documented_ones(role: Path) -> None:
    defaults = load(role / "defaults" / "main.yml") or {}
    declared = options(role)
    assert set(defaults) == {name for name, option in declared.items() if not option.get("required")}
    for name, value in defaults.items():
        assert declared[name].get("default") == value, f"{name}: argument_specs.yml says another default than defaults/main.yml"


def test_every_option_is_described(role: Path) -> None:
    for name, option in options(role).items():
        assert option.get("description"), name
        assert option.get("type"), name
        for sub, inner in (option.get("options") or {}).items():
            assert inner.get("description"), f"{name}.{sub}"


def test_inputs_carry_the_roles_name(role: Path) -> None:
    wrong = [name for name in options(role) if not name.startswith(f"{role.name}_")]
    assert not wrong


def test_internals_carry_the_roles_name_and_two_underscores(role: Path) -> None:
    wrong = [name for name in load(role / "vars" / "main.yml") or {} if not name.startswith(f"__{role.name}_")]
    registered = [item["register"] for _, item in tasks(role) if "register" in item]
    wrong += [name for name in registered if not name.startswith(f"__{role.name}_")]
    assert not wrong


def test_nothing_overwrites_an_input(role: Path) -> None:
    inputs = set(options(role))
    for path, item in tasks(role):
        facts = item.get("ansible.builtin.set_fact") or item.get("set_fact") or {}
        assert not inputs & set(facts), f"{path.relative_to(ROOT)}: set_fact over an input"
        assert not inputs & set(item.get("vars") or {}), f"{path.relative_to(ROOT)}: vars over an input"
        assert item.get("register") not in inputs, f"{path.relative_to(ROOT)}: register over an input"


def test_secrets_stay_out_of_the_log(role: Path) -> None:
    for name, option in options(role).items():
        inner = {f"{name}.{sub}": value for sub, value in (option.get("options") or {}).items()}
        for path, value in {name: option, **inner}.items():
            if value["type"] != "path" and re.search(r"(password|secret)s?$|_key$", path):
                assert value.get("no_log"), f"{path} looks like a secret: say no_log"


def test_readme_says_what_it_must(role: Path) -> None:
    text = (role / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {role.name}\n")
    headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert [section for section in SECTIONS if section in headings] == SECTIONS
    assert re.search(r"^\*\*Duty:\*\* \d+\w*", text, flags=re.MULTILINE), "names the duty that it serves"
    missing = [name for name in options(role) if f"`{name}`" not in text]
    assert not missing, "inputs that the README does not name"


def test_it_has_a_scenario_with_all_steps(role: Path) -> None:
    folder = ROOT / "molecule" / role.name
    for file in ("molecule.yml", "converge.yml", "verify.yml"):
        assert (folder / file).is_file(), f"molecule/{role.name}/{file}"
    assert role.name in (folder / "converge.yml").read_text(encoding="utf-8")


def test_it_takes_part_in_the_town(role: Path) -> None:
    used = set()
    for playbook in (ROOT / "playbooks").glob("*.yml"):
        for play in load(playbook):
            used |= {item["role"] if isinstance(item, dict) else item for item in play.get("roles", [])}
    assert role.name in used, "no playbook applies it"
