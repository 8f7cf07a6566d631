"""New assets written into the register: every byte that is there stays, comments and order included.

The text is not read and written anew (ruamel.yaml would keep comments, but not every line's shape, and takes a minute for a
register of 50,000): the new entries are put behind the last one, and the result must say the same as before and be valid.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import yaml

from muhtar.errors import RegisterError
from muhtar.license.assets import Asset, AssetRegister
from muhtar.registers.load import load_register
from muhtar.settings import atomic_write

__all__ = ["EMPTY", "write_assets"]

_KEY = "assets"
_WORDS = re.compile(r"[^\W\d_](?:[\w .()/+-]*[\w.)+-])?")
EMPTY = f"{_KEY}: []\n"
"""A register that nobody has begun yet."""


def write_assets(path: Path, new: Sequence[Asset]) -> None:
    """Put assets behind those of the register, in one step. Raises RegisterError, and writes nothing, where that goes wrong."""
    old = path.read_text(encoding="utf-8") if path.is_file() else EMPTY
    text = _with(path, old, new)
    with tempfile.TemporaryDirectory() as folder:
        trial, before = Path(folder) / path.name, Path(folder) / "before.yml"
        trial.write_text(text, encoding="utf-8")
        before.write_text(old, encoding="utf-8")
        register, known = load_register(trial, AssetRegister), load_register(before, AssetRegister)
    if register != known.model_copy(update={_KEY: (*known.assets, *new)}):
        raise RegisterError(
            "the new assets cannot be put into it as it is written",
            path=path,
            key=_KEY,
            mend="write `assets:` as a list with one entry under the other, without anchors",
        )
    with atomic_write(path) as stream:
        stream.write(text)


def _with(path: Path, text: str, new: Sequence[Asset]) -> str:
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    node = next((value for key, value in getattr(root, "value", []) if key.value == _KEY), None)
    if not isinstance(node, yaml.SequenceNode) or (node.flow_style and node.value):
        raise RegisterError(
            "has no list `assets:`", path=path, key=_KEY, mend="write it as one entry under the other: - {id: ...}"
        )
    lines = text.splitlines(keepends=True)
    if not node.value:
        # `assets: []`, brackets over several lines included
        head, tail = _offset(lines, node.start_mark), _offset(lines, node.end_mark)
        return text[:head].rstrip(" ") + "\n" + _entries(new, 2).rstrip("\n") + text[tail:]
    last = _last(node)
    after = last.end_mark.line + (1 if last.end_mark.column else 0)
    if after and not lines[after - 1].endswith("\n"):
        lines[after - 1] += "\n"
    return "".join([*lines[:after], _entries(new, node.start_mark.column), *lines[after:]])


def _last(node: yaml.Node) -> yaml.Node:
    """The innermost thing at the end of it: a block's own end is only known where the next thing begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        end = node.value[-1]
        return _last(end[1] if isinstance(end, tuple) else end)
    return node


def _offset(lines: Sequence[str], mark: yaml.Mark) -> int:
    return sum(map(len, lines[: mark.line])) + int(mark.column)


def _entries(new: Sequence[Asset], indent: int) -> str:
    """One entry a line, in the order of the model."""
    return "".join(f"{' ' * indent}- {{{', '.join(_pairs(asset))}}}\n" for asset in new)


def _pairs(asset: Asset) -> list[str]:
    said = asset.model_dump(mode="json", exclude_defaults=True)
    return [
        f"{key}: {value if key == 'purchased' or _plain(value) else json.dumps(value, ensure_ascii=False)}"
        for key, value in said.items()
    ]


def _plain(value: str) -> bool:
    """Whether it can stand without quotes, as people write it; JSON's quotes are YAML's."""
    return _WORDS.fullmatch(value) is not None and value.casefold() not in {"true", "false", "null"}
