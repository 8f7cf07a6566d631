"""What a device's difference means: missing, extra and misordered lines by section. The device's own diff stays the truth."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from muhtar.network.sections import section_of

__all__ = ["Part", "is_frame", "parts", "signed"]

_SIGNED = re.compile(r"^ *([+-])(.*)$")
_HEADER = ("+++", "---", "@@")
# What frames a configuration and configures nothing.
_FRAME = re.compile(
    r"\s*(?:!.*|#.*|end|exit|exit-address-family|exit-vrf|Building configuration.*|Current configuration.*|(?:frr )?version .*)?$"
)

Path = tuple[str, ...]


@dataclass
class Part:
    """The difference of one section. Lines are whole paths, outermost line first, as the device writes them.

    `unplaced` are lines of the device's diff, with their signs, that stand in no text where they were looked for.
    """

    section: str
    missing: list[Path] = field(default_factory=list)
    extra: list[Path] = field(default_factory=list)
    misordered: list[Path] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """`2 missing, 1 extra`, in lines."""
        counts = {
            "missing": len(self.missing),
            "extra": len(self.extra),
            "misordered": len(self.misordered),
            "different": len(self.unplaced),
        }
        return ", ".join(f"{count} {word}" for word, count in counts.items() if count)

    def diff(self, *, missing: bool = True, extra: bool = True, misordered: bool = True) -> str:
        """These lines below the headers that they stand under: `+` is missing on the device, `-` is there unasked, `~` moved."""
        signs = [("-", self.extra, extra), ("+", self.missing, missing), ("~", self.misordered, misordered)]
        below: dict[Path, list[str]] = {}
        for sign, paths, wanted in signs:
            for path in paths if wanted else ():
                below.setdefault(path[:-1], []).append(f"{sign}{path[-1]}")
        shown: list[str] = []
        for headers, lines in below.items():
            shown += [f" {header}" for header in headers]
            shown += lines
        return "\n".join([*shown, *self.unplaced])


def is_frame(line: str) -> bool:
    """Whether a line only frames a configuration, and configures nothing."""
    return _FRAME.match(line) is not None


def signed(diff: str) -> list[tuple[str, str]]:
    """Sign and line of everything that a diff adds (`+`) or takes away (`-`), without what says nothing."""
    found = [_SIGNED.match(line) for line in diff.splitlines() if not line.startswith(_HEADER)]
    return [(match[1], match[2].rstrip()) for match in found if match and not is_frame(match[2])]


def parts(diff: str, running: str, intended: str) -> list[Part]:
    """The device's `diff` (from running to intended) by section, in the order of the configurations.

    Every line of the diff is in exactly one part, once; what the texts differ in beyond the diff is left out, for the device
    does not think it a difference.
    """
    told = Counter((sign, line.strip()) for sign, line in signed(diff))
    found: dict[str, Part] = {}
    there, wanted = _paths(running), _paths(intended)
    for sign, mine, others in (("-", there, wanted), ("+", wanted, there)):
        only = _only(mine, others)
        candidates = Counter(path[-1].strip() for path in only)
        for path in only:
            line = path[-1].strip()
            # Where more places fit a line than the device speaks of, nobody can tell which it means: it stays unplaced.
            if 0 < candidates[line] <= told[sign, line]:
                part = _part(found, path[0])
                (part.extra if sign == "-" else part.missing).append(path)
        for line, count in candidates.items():
            if count <= told[sign, line]:
                told[sign, line] -= count
    for path in _moved(there, wanted):
        line = path[-1].strip()
        if told["+", line] > 0 and told["-", line] > 0:
            told["+", line] = told["-", line] = 0
            _part(found, path[0]).misordered.append(path)
    for text in _unplaced(diff, told):
        _part(found, text[1:]).unplaced.append(text)
    return list(found.values())


def _only(mine: Sequence[Path], others: Sequence[Path]) -> list[Path]:
    """What `mine` has and `others` has not, as often as that is so."""
    left = Counter(others)
    found: list[Path] = []
    for path in mine:
        if left[path]:
            left[path] -= 1
        else:
            found.append(path)
    return found


def _part(found: dict[str, Part], first: str) -> Part:
    name = section_of(first).name
    return found.setdefault(name, Part(name))


def _unplaced(diff: str, left: Counter[tuple[str, str]]) -> Iterable[str]:
    for sign, line in signed(diff):
        if left[sign, line.strip()] > 0:
            left[sign, line.strip()] -= 1
            yield f"{sign}{line}"


def _paths(text: str) -> list[Path]:
    """Each line with the lines around it, by indentation; as written, but for blanks at the end."""
    around: list[str] = []
    found: list[Path] = []
    for raw in text.splitlines():
        line = raw.rstrip()
        if is_frame(line):
            continue
        while around and _depth(around[-1]) >= _depth(line):
            around.pop()
        around.append(line)
        found.append(tuple(around))
    return found


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _moved(running: Sequence[Path], intended: Sequence[Path]) -> list[Path]:
    """Lines that both have, below a header that has them in another order. Which of them moved, only the device can say."""
    below: dict[Path, tuple[list[Path], list[Path]]] = {}
    both = set(running) & set(intended)
    for which, paths in enumerate((running, intended)):
        for path in paths:
            if path in both:
                below.setdefault(path[:-1], ([], []))[which].append(path)
    return [path for theirs, mine in below.values() if theirs != mine for path in dict.fromkeys(mine)]
