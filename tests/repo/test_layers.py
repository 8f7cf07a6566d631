"""The architecture's arrows: cli → workflow → nornir_tasks, doors → core; the product never reaches into the lab."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = {
    "outcome",
    "report",
    "errors",
    "settings",
    "secrets",
    "checks",
    "compared",
    "explained",
    "history_past",
    "progress",
    "exitcode",
    "history",
    "i18n",
    "duties",
    "deadlines",
    "topology",
    "protection",
    "stills",
}
# The demo and the lab's own commands are the only rooms of the product's command line that know the lab.
LAB_DOORS = {f"muhtar/cli/{name}.py" for name in ("lab", "demo", "doctor")} | {
    f"muhtar/quality/{name}.py" for name in ("everything", "molecule", "pipeline/tool")
}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{name.name}" for name in node.names)
    return found


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


PRODUCT = [path for folder in ("muhtar", "nornir_tasks", "napalm_frr") for path in modules(folder)]


def test_there_is_a_product() -> None:
    assert len(PRODUCT) > 30


@pytest.mark.parametrize("path", PRODUCT, ids=relative)
def test_the_product_does_not_import_the_lab(path: Path) -> None:
    if relative(path) in LAB_DOORS:
        return
    assert not {name for name in imports(path) if name == "lab" or name.startswith("lab.")}


@pytest.mark.parametrize("path", modules("muhtar/render"), ids=relative)
def test_renderers_know_no_workflow(path: Path) -> None:
    allowed = CORE | {"render"}
    used = {name.split(".")[1] for name in imports(path) if name.startswith("muhtar.") and len(name.split(".")) > 1}
    assert used <= allowed | {"__version__"}, used - allowed


@pytest.mark.parametrize("path", [path for path in PRODUCT if "muhtar/cli/" not in relative(path)], ids=relative)
def test_only_the_command_line_imports_the_command_line(path: Path) -> None:
    # What starts the command line, and what documents it.
    if relative(path) in {"muhtar/__main__.py", "muhtar/quality/reference.py"}:
        return
    assert not {name for name in imports(path) if name.startswith("muhtar.cli") or name == "tasks"}


@pytest.mark.parametrize("path", [*PRODUCT, *modules("lab")], ids=relative)
def test_programs_are_run_through_the_one_door(path: Path) -> None:
    if relative(path) == "muhtar/doors/process.py":
        return
    assert not {name for name in imports(path) if name.split(".")[0] in {"subprocess", "pexpect"}}


@pytest.mark.parametrize("path", modules("napalm_frr"), ids=relative)
def test_the_frr_driver_stands_alone(path: Path) -> None:
    assert not {name for name in imports(path) if name.split(".")[0] in {"muhtar", "nornir_tasks", "lab"}}


@pytest.mark.parametrize("path", modules("nornir_tasks"), ids=relative)
def test_nornir_tasks_never_print(path: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    assert not [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
