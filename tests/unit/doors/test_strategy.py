from __future__ import annotations

from pathlib import Path

import pytest

from muhtar.doors.playbook.strategy import environment
from muhtar.errors import UsageError


def test_ansibles_own_strategy_needs_nothing() -> None:
    assert environment("linear") == {}


def test_mitogen_is_found_where_it_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "ansible_mitogen"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert environment("mitogen_linear") == {
        "ANSIBLE_STRATEGY": "mitogen_linear",
        "ANSIBLE_STRATEGY_PLUGINS": str(package / "plugins" / "strategy"),
    }


def test_mitogen_that_is_missing_is_told_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muhtar.doors.playbook.strategy.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="not installed") as caught:
        environment("mitogen_linear")
    assert caught.value.mend


def test_an_unknown_strategy_is_refused() -> None:
    with pytest.raises(UsageError, match="'quick'"):
        environment("quick")
