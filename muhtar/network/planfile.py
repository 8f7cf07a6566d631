"""A plan on disk: JSON that people read and tickets carry, with the configurations sealed in the site's vault.

The sealed part also holds a checksum of the readable one, so that nobody carries out another plan than the one that was read.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from muhtar.network.plan import SCHEMA, Plan, PlanError
from muhtar.settings import Site, atomic_write, home
from muhtar.vault import Vault, VaultError

__all__ = ["default_path", "read_plan", "write_plan"]

_SEALED = "sealed"
_AGAIN = "make it again: ./inv network.plan"


def default_path(plan: Plan) -> Path:
    """Where a plan is kept that was given no path."""
    return home() / "network" / plan.site / "plans" / f"{plan.id}.json"


def write_plan(plan: Plan, site: Site, path: Path) -> Path:
    """Keep the plan at `path`, mode 0600. Raises VaultError where the site has no vault: candidates are never kept open."""
    readable = plan.model_dump(mode="json")
    inner = {"checksum": _checksum(readable), "candidates": plan.candidates}
    sealed = Vault.of(site).seal(json.dumps(inner, ensure_ascii=False).encode("utf-8", "surrogateescape"))
    try:
        with atomic_write(path, mode=0o600) as stream:
            json.dump({**readable, _SEALED: sealed.splitlines()}, stream, indent=2, ensure_ascii=False)
            stream.write("\n")
    except OSError as error:
        raise PlanError(f"the plan cannot be written: {error.strerror}", path=path, mend="name another with --file") from error
    return path


def read_plan(path: Path, site: Site) -> Plan:
    """The plan at `path`. Raises PlanError for a file that is none, is another site's or another version's, or was edited."""
    found = _json(path)
    schema = found.get("schema_version")
    if schema != SCHEMA:
        raise PlanError(f"is a plan of another version ({schema}; this one carries out {SCHEMA})", path=path, mend=_AGAIN)
    if found.get("site") != site.name:
        theirs = found.get("site")
        raise PlanError(f"is a plan for site {theirs!r}, not {site.name!r}", path=path, mend=f"--site {theirs}")
    sealed = found.pop(_SEALED, None)
    try:
        plan = Plan.model_validate(found)
    except ValidationError as error:
        problem = error.errors()[0]
        key = ".".join(map(str, problem["loc"])) or None
        raise PlanError(f"is no plan: {problem['msg']}", path=path, key=key, mend=_AGAIN) from error
    inner = _opened(sealed, path, site)
    if inner.get("checksum") != _checksum(plan.model_dump(mode="json")):
        raise PlanError("was edited after it was made", path=path, mend=_AGAIN)
    candidates = inner["candidates"]
    if set(candidates) != set(plan.names):
        raise PlanError("does not hold a configuration for each of its devices", path=path, mend=_AGAIN)
    return plan.with_candidates(candidates)


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlanError(f"cannot be read: {error.strerror}", path=path, mend="name a file that network.plan wrote") from error
    except ValueError as error:
        raise PlanError("is no plan: not JSON", path=path, mend=_AGAIN) from error
    if not isinstance(found, dict) or "schema_version" not in found:
        raise PlanError("is no plan: it names no schema_version", path=path, mend=_AGAIN)
    return found


def _opened(sealed: object, path: Path, site: Site) -> dict[str, Any]:
    if not isinstance(sealed, list) or not all(isinstance(line, str) for line in sealed):
        raise PlanError("is no plan: its sealed part is missing", path=path, key=_SEALED, mend=_AGAIN)
    try:
        inner = json.loads(Vault.of(site).open("\n".join(sealed)).decode("utf-8", "surrogateescape"))
    except VaultError as error:
        raise PlanError(error.message, path=path, key=_SEALED, mend=error.mend) from error
    if not isinstance(inner, dict) or not isinstance(inner.get("candidates"), dict):
        raise PlanError("is no plan: its sealed part holds no configurations", path=path, key=_SEALED, mend=_AGAIN)
    return inner


def _checksum(readable: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(readable, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogateescape")).hexdigest()
