"""A device's running configuration with one section as it is intended, and nothing else changed. Pure text."""

from __future__ import annotations

from muhtar.network.sections import section_of
from muhtar.network.structure import is_frame

__all__ = ["spliced"]


def spliced(running: str, intended: str, section: str) -> str:
    """`running`, in which the blocks of `section` are those of `intended`.

    They stand where the running ones stood; where there were none, behind the block that they follow in `intended`, or first.
    What a section is, is told by its first line, so text of several lines (a banner) may be cut wrongly: the caller compares.
    """
    there, wanted = _blocks(running), _blocks(intended)
    new = [block for block in wanted if _is(block, section)]
    old = [number for number, block in enumerate(there) if _is(block, section)]
    place = old[0] if old else _behind(there, wanted, section)
    kept = [(number, block) for number, block in enumerate(there) if number not in old]
    head = [block for number, block in kept if number < place]
    tail = [block for number, block in kept if number >= place]
    return "".join(f"{line}\n" for block in (*head, *new, *tail) for line in block)


def _blocks(text: str) -> list[list[str]]:
    """Each line of the outermost level with all below it, and with the lines that only close it or part it from the next."""
    found: list[list[str]] = []
    for line in text.splitlines():
        if found and (is_frame(line) or line[:1].isspace()) and line.strip() != "end":
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _is(block: list[str], section: str) -> bool:
    return not is_frame(block[0]) and section_of(block[0]).name == section


def _behind(there: list[list[str]], wanted: list[list[str]], section: str) -> int:
    """Before which block of `there` the section belongs, by what it follows in `wanted`."""
    heads = [block[0].rstrip() for block in there]
    first = next((number for number, block in enumerate(wanted) if _is(block, section)), 0)
    for block in reversed(wanted[:first]):
        if block[0].rstrip() in heads:
            return heads.index(block[0].rstrip()) + 1
    return next((number for number, block in enumerate(there) if not is_frame(block[0])), len(there))
