"""A register and its schema: the model, or every mistake at once with file, line, key and mend."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from muhtar.errors import MuhtarError, RegisterError
from muhtar.outcome import Intent
from muhtar.registers.document import Document, Place, read
from muhtar.secrets import redact
from muhtar.settings import ROOT

__all__ = ["intent_of", "intent_of_file", "load_register", "load_with_lines"]

Model = TypeVar("Model", bound=BaseModel)

_SECRET = re.compile(r"passw|parola|şifre|sifre|secret|token|private_?key|api_?key|credential", re.IGNORECASE)


def load_register(path: Path, model: type[Model]) -> Model:
    """The register as its model. Raises RegisterError with all that is wrong in `problems`."""
    return load_with_lines(path, model)[0]


def load_with_lines(path: Path, model: type[Model]) -> tuple[Model, Document]:
    """The register as its model, and the document that knows on which line each entry stands.

    An entry is known by its `id`; two entries of one list with the same id are refused. Raises RegisterError.
    """
    document = read(path)
    if document.data is None and not document.problems:
        raise RegisterError("is empty", path=path, line=1, mend=f"it needs: {', '.join(_keys(model))}")
    problems = [*document.problems, *_doubles(document, document.data, ())]
    if document.readable:
        try:
            made = model.model_validate(document.data)
        except ValidationError as error:
            problems += [_translate(document, model, detail) for detail in error.errors(include_url=False)]
    if problems:
        problems.sort(key=lambda problem: problem.line or 0)
        count = f"{len(problems)} mistakes" if len(problems) > 1 else "a mistake"
        raise RegisterError(f"the register has {count}", path=path, problems=problems)
    return made, document


def intent_of(document: Document, place: Place) -> Intent:
    """Where an outcome's intent stands: the file, relative to the repository where it is in it, and the line of `place`."""
    return intent_of_file(document.path, document.line(place))


def intent_of_file(path: Path, line: int | None = None) -> Intent:
    """As `intent_of`, of a register that may not be readable, or not be there."""
    return Intent(file=_shown(path), line=line)


@cache
def _shown(path: Path) -> str:
    """Kept, for an audit asks it for each entry of a register."""
    path = path.resolve()
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _doubles(document: Document, data: Any, place: Place) -> Iterator[MuhtarError]:
    """Entries of one list with the same id, at any depth."""
    if isinstance(data, dict):
        for key, value in data.items():
            if isinstance(value, (dict, list)):
                yield from _doubles(document, value, (*place, str(key)))
    elif isinstance(data, list):
        seen: dict[Any, int] = {}
        for index, value in enumerate(data):
            here = (*place, index)
            identifier = value.get("id") if isinstance(value, dict) else None
            if isinstance(identifier, (str, int)):
                if identifier in seen:
                    first = document.line((*place, seen[identifier]))
                    yield document.problem(
                        f"the id {identifier!r} is taken already (line {first})",
                        (*here, "id"),
                        mend="give each entry an id of its own",
                    )
                seen.setdefault(identifier, index)
            yield from _doubles(document, value, here)


def _translate(document: Document, model: type[BaseModel], detail: ErrorDetails) -> MuhtarError:
    place, kind = detail["loc"], detail["type"]
    key = str(place[-1]) if place else ""
    fields = _fields_at(model, place[:-1])
    if kind == "extra_forbidden":
        if _SECRET.search(key):
            return document.problem(
                f"{key!r} looks like a secret", place, mend="registers hold no secrets: keep it in group_vars/<group>/vault.yml"
            )
        near = difflib.get_close_matches(key, fields, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(fields)}"
        return document.problem(f"unknown key {key!r}", place, mend=hint)
    about = fields.get(key)
    if kind == "missing":
        return document.problem(f"{key!r} is missing", place, mend=f"add {key}: {_described(about)}")
    said = detail["msg"].removeprefix("Value error, ")
    said = said[:1].lower() + said[1:]
    value = detail["input"]
    if isinstance(value, (str, int, float, bool)):
        said += f", not {redact(repr(value))[:80]}"
    if isinstance(value, int) and kind == "string_type":
        return document.problem(said, place, mend=f"quote it: {key}: '{value}'")
    described = _described(about) if about and about.description else None
    return document.problem(said, place, mend=f"write {key}: {described}" if described else None)


def _described(about: FieldInfo | None) -> str:
    return about.description if about is not None and about.description else "…"


def _keys(model: type[BaseModel]) -> list[str]:
    return [name for name, about in model.model_fields.items() if about.is_required()] or list(model.model_fields)


def _fields_at(model: type[BaseModel], place: Place) -> dict[str, FieldInfo]:
    """The fields of the model that stands at a place of the document; empty where that cannot be told."""
    models = {model}
    for part in place:
        if isinstance(part, int):
            continue
        inner = [about.annotation for each in models for name, about in each.model_fields.items() if name == part]
        # A part that names no field is a key of a mapping or the tag of a union: the models stay.
        if inner:
            models = {found for annotation in inner for found in _models_in(annotation)}
    return {name: about for each in models for name, about in each.model_fields.items()}


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
