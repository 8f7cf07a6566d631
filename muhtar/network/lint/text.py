"""A configuration as lines that know the sections they stand in, whatever the vendor's grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Config", "Line", "parse"]

_BANNER = re.compile(r"^banner (?:\S+ )?(?P<mark>\^C|\S)(?P<rest>.*)$")


@dataclass(frozen=True)
class Line:
    """One line: its number in the text (from 1), its words, and the headers of the sections around it, outermost first."""

    number: int
    text: str
    sections: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Sections and line in one: `line vty 0 4 > transport input ssh`. What the rules' patterns are matched with."""
        return " > ".join((*self.sections, self.text))


@dataclass(frozen=True)
class Config:
    """A device's configuration. `platform` is a name of the table of platforms."""

    device: str
    platform: str
    lines: tuple[Line, ...]

    def find(self, pattern: str) -> Iterator[tuple[Line, re.Match[str]]]:
        """The lines whose path matches, from its beginning, each with its match."""
        compiled = re.compile(pattern)
        for line in self.lines:
            if found := compiled.match(line.path):
                yield line, found


def parse(device: str, platform: str, text: str) -> Config:
    """The configuration in its vendor's grammar: braces or `set` (Junos), menus (RouterOS), indentation (all others)."""
    read = {"junos": _junos, "routeros": _routeros}.get(platform, _indented)
    return Config(device, platform, tuple(read(text)))


def _indented(text: str) -> Iterator[Line]:
    """Sections by indentation. Comments and the text of banners are left out: they configure nothing."""
    around: list[tuple[int, str]] = []
    until: str | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        words = raw.strip()
        if until is not None:
            until = None if until in words else until
            continue
        if not words or words[0] in "!#":
            continue
        if banner := _BANNER.match(words):
            # EOS ends a banner with a line EOF, the others with the mark that began it.
            until = "EOF" if words in {"banner login", "banner motd"} else banner["mark"]
            until = None if until in banner["rest"] else until
        elif words in {"banner login", "banner motd"}:
            until = "EOF"
        depth = len(raw) - len(raw.lstrip())
        while around and around[-1][0] >= depth:
            around.pop()
        yield Line(number, " ".join(words.split()), tuple(header for _, header in around))
        around.append((depth, " ".join(words.split())))


def _junos(text: str) -> Iterator[Line]:
    """Each statement as `set` would write it, without the `set`: braces become sections that are part of the line."""
    around: list[str] = []
    for number, raw in enumerate(text.splitlines(), 1):
        words = re.sub(r"/\*.*?\*/|##.*$", "", raw).strip()
        if not words or words.startswith("#"):
            continue
        if words.startswith("set "):
            yield Line(number, words[4:])
        elif words.endswith("{"):
            around.append(words[:-1].strip())
        elif words == "}":
            if around:
                around.pop()
        else:
            statement = words.removesuffix(";")
            members = re.fullmatch(r"(.*?)\[ (.*) \]", statement)
            for value in members[2].split() if members else [None]:
                said = f"{members[1]}{value}" if members and value else statement
                yield Line(number, " ".join([*around, said]))


def _routeros(text: str) -> Iterator[Line]:
    """An export's menus as sections; a line that ends in a backslash goes on in the next."""
    menu, begun, start = "", "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        words = raw.strip()
        if not begun and (not words or words.startswith("#")):
            continue
        start = start if begun else number
        begun += words.removesuffix("\\")
        if words.endswith("\\"):
            continue
        said, begun = begun, ""
        if said.startswith("/"):
            parts = re.match(r"(?P<menu>/.*?)(?: (?P<command>(?:set|add)\b.*))?$", said)
            menu = parts["menu"] if parts else said
            if not parts or parts["command"] is None:
                continue
            said = parts["command"]
        yield Line(start, said, (menu,))
