"""Reads a simulator's settings: a JSON object into a frozen dataclass, every key checked. No secret stands in it, only paths."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

__all__ = ["SettingsError", "build", "read_json", "read_secret"]

T = TypeVar("T")


class SettingsError(Exception):
    """The settings file, or a file that it names, cannot be used. The message says which key and what is wanted."""


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in a file. Raises SettingsError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"{path}: not JSON: {error}") from error
    if not isinstance(data, dict):
        raise SettingsError(f"{path}: the file must hold one JSON object")
    return data


def read_secret(path: Path) -> str:
    """The first line of a password file. Raises SettingsError where there is none, or an empty one."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: cannot be read") from error
    if not lines or not lines[0]:
        raise SettingsError(f"{path}: the first line must be the password")
    return lines[0]


def build(kind: type[T], data: Mapping[str, Any], where: str) -> T:
    """A dataclass from JSON. Keys that it has not, lacks or has of another type raise SettingsError."""
    hints = get_type_hints(kind)
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]  # T is a dataclass by contract
    if unknown := sorted(set(data) - set(known)):
        raise SettingsError(f"{where}: unknown key {unknown[0]!r}; known: {', '.join(sorted(known))}")
    missing = [
        name
        for name, field in known.items()
        if name not in data and field.default is MISSING and field.default_factory is MISSING
    ]
    if missing:
        raise SettingsError(f"{where}: {missing[0]!r} is missing")
    return kind(**{name: _value(hints[name], value, f"{where}: {name}") for name, value in data.items()})


def _value(hint: Any, value: Any, where: str) -> Any:
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise SettingsError(f"{where}: must be a list")
        return tuple(_value(get_args(hint)[0], item, f"{where}[{number}]") for number, item in enumerate(value))
    kinds = [kind for kind in get_args(hint) or (hint,) if kind is not type(None)]
    if value is None and len(kinds) < len(get_args(hint)):
        return None
    kind = kinds[0]
    if kind is Path and isinstance(value, str):
        return Path(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if hasattr(kind, "__dataclass_fields__") and isinstance(value, dict):
        return build(kind, value, where)
    if type(value) is not kind:
        raise SettingsError(f"{where}: must be {kind.__name__}, not {type(value).__name__}")
    return value
