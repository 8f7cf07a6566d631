"""How Ansible walks through tasks: its own way, or Mitogen's, which keeps a Python running on each target."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from muhtar.errors import UsageError

__all__ = ["environment"]

MITOGEN = "mitogen_linear"
LINEAR = "linear"


def environment(strategy: str) -> dict[str, str]:
    """What ansible-playbook's environment needs for the site's setting `ansible_strategy`.

    Raises UsageError for an unknown one, and for Mitogen's where that is not installed.
    """
    if strategy == LINEAR:
        return {}
    if strategy != MITOGEN:
        raise UsageError(
            f"ansible_strategy {strategy!r} is none that we know", key="ansible_strategy", mend=f"choose {LINEAR} or {MITOGEN}"
        )
    spec = find_spec("ansible_mitogen")
    if spec is None or not spec.submodule_search_locations:
        raise UsageError(
            f"ansible_strategy is {MITOGEN}, but Mitogen is not installed",
            key="ansible_strategy",
            mend=f"set it to {LINEAR}, or install the package mitogen into the virtual environment",
        )
    plugins = Path(next(iter(spec.submodule_search_locations))) / "plugins" / "strategy"
    return {"ANSIBLE_STRATEGY": MITOGEN, "ANSIBLE_STRATEGY_PLUGINS": str(plugins)}
