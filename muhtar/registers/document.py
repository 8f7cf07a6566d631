"""A YAML file with its line numbers. Stricter than YAML 1.1: what a person would misread is refused or left as text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from muhtar.errors import MuhtarError, RegisterError

try:
    # libyaml's parser: ten times as fast, which a register of 50,000 entries needs. Not every PyYAML is built with it.
    from yaml import CSafeLoader as _Base
except ImportError:
    from yaml import SafeLoader as _Base  # type: ignore[assignment]

__all__ = ["Document", "Place", "dotted", "read"]

Place = tuple[str | int, ...]

_KINDS = {"null", "bool", "int", "float", "str", "map", "seq"}
_BOM = b"\xef\xbb\xbf"
# Turkish letters as Windows-1254 writes them, and as UTF-8 never would.
_CP1254 = re.compile(rb"[\xd0\xdd\xde\xf0\xfd\xfe\xc7\xd6\xdc\xe7\xf6\xfc]")


class _Loader(_Base):
    """Scalars as YAML 1.2 reads them: `no` is a word, `12:30` a text, `2027-02-30` a text for the schema to judge."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own class attribute


for _tag, _pattern, _first in (
    ("null", r"null|Null|NULL|~|", ["n", "N", "~", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?(0|[1-9][0-9]*)\.[0-9]+", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first)


@dataclass
class Document:
    """What a file holds: plain values, the line of every key and entry, and what is wrong with it as YAML.

    Where it is not `readable` there are no values: a tag stands in it, or something within itself. A key given twice is a
    problem, but the rest can be read (its last value counts), and its mistakes be told too.
    """

    path: Path
    data: Any
    problems: list[MuhtarError] = field(default_factory=list)
    readable: bool = True
    _lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """The line of that place, or of the nearest thing around it that is in the file."""
        here: Place = ()
        for part in place:
            # A part that is not in the file (a missing key, the tag of a union) is stepped over.
            if (*here, part) in self._lines:
                here = (*here, part)
        return self._lines.get(here, 1)

    def problem(self, message: str, place: Place, *, mend: str | None = None) -> MuhtarError:
        """An error at a place of this file."""
        return MuhtarError(message, path=self.path, line=self.line(place), key=dotted(place) or None, mend=mend)


def dotted(place: Place) -> str:
    """`licenses[3].covers.groups`."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read(path: Path) -> Document:
    """Read a register. Raises RegisterError where there is no such file, or where it is not UTF-8 or not YAML."""
    root = _compose(path, _text(path))
    if root is None:
        return Document(path, None)
    document = Document(path, None)
    _judge(document, root, (), set())
    if document.readable:
        document.data = _Loader("").construct_document(root)
    return document


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise RegisterError("there is no such register", path=path, mend="write it: docs/your-town.md shows how") from None
    except OSError as error:
        raise RegisterError(f"cannot be read: {error.strerror}", path=path, mend="see to its permissions") from error
    if raw.startswith(_BOM):
        raise RegisterError(
            "starts with a byte order mark",
            path=path,
            line=1,
            mend="save it as UTF-8 without BOM (Notepad: Save As, Encoding: UTF-8)",
        )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        turkish = _CP1254.search(raw, error.start)
        said = "is not UTF-8" + ("; it looks like Windows-1254 (Turkish)" if turkish else "")
        raise RegisterError(
            said,
            path=path,
            line=line,
            mend=f"convert it: iconv -f WINDOWS-1254 -t UTF-8 {path.name}" if turkish else "save it as UTF-8",
        ) from None


def _compose(path: Path, text: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = error.problem or error.context or "unreadable"
        raise RegisterError(
            f"is not YAML: {said}",
            path=path,
            line=mark.line + 1 if mark else None,
            mend="mend the line: mind the indentation (spaces, no tabs) and quote values that hold ': ' or '#'",
        ) from error
    except yaml.YAMLError as error:
        raise RegisterError(f"is not YAML: {error}", path=path, mend="mend the file") from error
    return node


def _judge(document: Document, node: yaml.Node, place: Place, around: set[int]) -> None:
    """Note the lines, and collect what YAML allows and a register does not: tags, values within themselves, keys given twice."""
    document._lines.setdefault(place, node.start_mark.line + 1)
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if kind == node.tag or kind not in _KINDS:
        document.readable = False
        mend = "registers hold no secrets: keep it in group_vars/<group>/vault.yml" if "vault" in kind else "write a plain value"
        document.problems.append(
            document.problem(f"the tag {kind if kind == node.tag else '!!' + kind} is not allowed", place, mend=mend)
        )
        return
    if id(node) in around:
        document.readable = False
        document.problems.append(document.problem("refers to itself", place, mend="write the value out"))
        return
    around = around | {id(node)}
    if isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _judge(document, value, (*place, index), around)
    elif isinstance(node, yaml.MappingNode):
        _judge_mapping(document, node, place, around)


def _judge_mapping(document: Document, node: yaml.MappingNode, place: Place, around: set[int]) -> None:
    seen: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            document.readable = False
            document.problems.append(document.problem("a key must be a word", place, mend="write key: value"))
            continue
        if key.value in seen:
            first = seen[key.value]
            document.problems.append(
                MuhtarError(
                    f"the key {key.value!r} is given twice (first on line {first})",
                    path=document.path,
                    line=line,
                    key=dotted((*place, key.value)),
                    mend="keep one of them",
                )
            )
        seen.setdefault(key.value, line)
        document._lines.setdefault((*place, key.value), line)
        _judge(document, value, (*place, key.value), around)
