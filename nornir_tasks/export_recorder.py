"""A recorder's configuration as text: a line a value, in one order, without what changes by itself and without secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from nornir.core.task import Result, Task

from muhtar.secrets import redact
from nornir_tasks.conceal import REMOVED, Tagger
from nornir_tasks.connections.isapi import Isapi
from nornir_tasks.connections.zoneminder import ZoneMinder
from nornir_tasks.get_nvr_monitors import monitors_of
from nornir_tasks.host import session, target_of
from nornir_tasks.recorder import Untold, asked
from nornir_tasks.recorder_kind import recorder_kind
from nornir_tasks.stream_address import StreamAddress

__all__ = ["Exported", "export_recorder"]

_SECRET = re.compile(r"pass(word)?$|pass_|password|secret|token|_key$|^key$|privatekey|community", re.IGNORECASE)
# ISAPI documents that say how a recorder is set up, and the elements in them that say what is just now.
_DOCUMENTS = (
    "System/deviceInfo",
    "System/time",
    "System/time/ntpServers",
    "System/Network/interfaces",
    "ContentMgmt/InputProxy/channels",
    "Streaming/channels",
    "ContentMgmt/record/tracks",
    "Security/users",
    "Security/adminAccesses",
)
_NOW = {"localTime"}
# ZoneMinder's notes to itself.
_DYNAMIC = "ZM_DYN_"


@dataclass(frozen=True)
class Exported:
    """`text` ends with a line feed; `withheld` are the parts that the recorder would not tell, and why: they are not in it."""

    text: str
    withheld: dict[str, str]


def export_recorder(task: Task, *, tag: Tagger | None = None) -> Result:
    """Result: Exported. A secret becomes `<removed>`, or `<removed:TAG>` where `tag` tells one from another.

    Raises UnreachableError, and a DoorError for what is no answer.
    """
    if recorder_kind(target_of(task)) == "isapi":
        lines, withheld = _isapi(session(task, "isapi"), tag)
    else:
        lines, withheld = _zoneminder(session(task, "zoneminder"), tag)
    return Result(host=task.host, result=Exported(redact("".join(f"{line}\n" for line in lines)), withheld))


def _zoneminder(api: ZoneMinder, tag: Tagger | None) -> tuple[list[str], dict[str, str]]:
    lines: list[str] = []
    withheld: dict[str, str] = {}
    for monitor in sorted(monitors_of(api), key=lambda monitor: (monitor.name, monitor.id)):
        lines += _rows(f"monitor {monitor.name}", {**monitor.settings, "Path": monitor.stream.reveal()}, tag)
    lists = (("configs", "Config", "Name"), ("users", "User", "Username"), ("storage", "Storage", "Name"))
    for path, kind, key in lists:
        answer = asked(lambda path=path: api.read(f"{path}.json", "limit=1000"))  # type: ignore[misc]
        if isinstance(answer, Untold):
            withheld[path] = answer.why
        elif kind == "Config":
            options = {item[kind]["Name"]: item[kind]["Value"] for item in answer[path]}
            lines += _rows("option", {name: value for name, value in options.items() if not name.startswith(_DYNAMIC)}, tag)
        else:
            for item in sorted((entry[kind] for entry in answer[path]), key=lambda entry: str(entry[key])):
                lines += _rows(f"{kind.lower()} {item[key]}", {name: item[name] for name in item if name != "DiskSpace"}, tag)
    return lines, withheld


def _rows(where: str, fields: dict[str, Any], tag: Tagger | None) -> Iterable[str]:
    """What has a value, a line each."""
    for name, value in sorted(fields.items()):
        if value not in {None, ""}:
            yield f"{where} {name}: {_shown(f'{where} {name}', name, str(value), tag)}"


def _shown(where: str, name: str, value: str, tag: Tagger | None) -> str:
    """The value in one line, or what stands for it where its name or its form says that it is a secret."""
    text = " ".join(value.split())
    if text and _SECRET.search(name):
        return _removed(where, text, tag)
    address = StreamAddress.parse(text)
    if address.login is None:
        return text
    scheme, separator, rest = address.url.partition("://")
    return f"{scheme}{separator}{_removed(where, address.login.reveal(), tag)}@{rest}"


def _isapi(api: Isapi, tag: Tagger | None) -> tuple[list[str], dict[str, str]]:
    lines: list[str] = []
    withheld: dict[str, str] = {}
    for path in _DOCUMENTS:
        found = asked(lambda path=path: api.read(path))  # type: ignore[misc]
        if isinstance(found, Untold):
            withheld[path] = found.why
        else:
            lines += _flat(path, found, tag)
    return lines, withheld


def _flat(where: str, element: Element, tag: Tagger | None) -> Iterator[str]:
    """The leaves below an element, each with its way; of a list, entries are told apart by their ids."""
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name in _NOW:
            continue
        number = child.findtext("{*}id")
        way = f"{where}/{name}" + (f"[{number.strip()}]" if number else "")
        if len(child):
            yield from _flat(way, child, tag)
        else:
            yield f"{way}: {_shown(way, name, child.text or '', tag)}"


def _removed(before: str, secret: str, tag: Tagger | None) -> str:
    return REMOVED if tag is None else f"{REMOVED[:-1]}:{tag(before, secret)}>"
