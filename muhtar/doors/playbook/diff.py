"""A unified diff of what an Ansible module says that it changed, the same text for the same change on every host."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from typing import Any

__all__ = ["as_text"]


def as_text(diff: Any) -> str | None:
    """Unified diff text of a task result's `diff`, found state first; None where it shows no difference.

    Ansible names the new state after a temporary file; here both sides are named after the thing itself.
    """
    parts = [_one(part) for part in (diff if isinstance(diff, list) else [diff]) if isinstance(part, Mapping)]
    return "".join(part for part in parts if part) or None


def _one(diff: Mapping[str, Any]) -> str:
    if prepared := str(diff.get("prepared") or ""):
        return prepared if prepared.endswith("\n") else prepared + "\n"
    name = str(diff.get("before_header") or diff.get("after_header") or "state").partition(" (")[0]
    for key, why in (("binary", "binary content"), ("larger", "content too large to show")):
        if f"src_{key}" in diff or f"dst_{key}" in diff:
            return f"--- {name} (found)\n+++ {name} (declared)\n {why}\n"
    if "before" not in diff or "after" not in diff:
        return ""
    before, after = _lines(diff["before"]), _lines(diff["after"])
    lines = difflib.unified_diff(before, after, f"{name} (found)", f"{name} (declared)", lineterm="")
    return "".join(f"{line}\n" for line in lines)


def _lines(state: Any) -> list[str]:
    if state is None:
        return []
    if isinstance(state, str):
        return state.splitlines()
    return json.dumps(state, indent=2, sort_keys=True, ensure_ascii=False, default=str).splitlines()
