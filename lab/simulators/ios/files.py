"""Files on the flash: list, show, verify, delete."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from lab.simulators.flash import FlashError
from lab.simulators.ios.commands import Question, Who, command

_TOTAL = 122185728


@command("dir [ /all ] [ WORD ]", privileged=True)
def directory(who: Who, words: Sequence[str]) -> str:
    """The files of the flash, or one of them."""
    url = words[-1] if words[-1] not in ("dir", "/all") else "flash:"
    drive, _, name = url.partition(":")
    if drive not in ("flash", "nvram"):
        return f"%Error opening {url} (No such device)\n"
    files = who.device.flash.listing(drive)
    name = name.lstrip("/")
    rows = [
        f"{number:5}  -rw-  {size:10}  {changed:%b %d %Y %H:%M:%S} +00:00  {found}"
        for number, (found, size, changed) in enumerate(files, 1)
        if name in ("", found)
    ]
    if name and not rows:
        return f"%Error opening {drive}:/{name} (No such file or directory)\n"
    free = _TOTAL - sum(size for _, size, _ in files)
    head = f"Directory of {drive}:/{name}\n\n"
    return head + "\n".join(rows) + f"\n\n{_TOTAL} bytes total ({free} bytes free)\n"


@command("show file systems", privileged=True)
def file_systems(who: Who, _words: Sequence[str]) -> str:
    """The one file system that files can be put on."""
    free = _TOTAL - sum(size for _, size, _ in who.device.flash.listing("flash"))
    return (
        f"File Systems:\n\n     Size(b)     Free(b)      Type  Flags  Prefixes\n*  {_TOTAL}   {free}     flash     rw   flash:\n"
    )


@command("more WORD", privileged=True)
def more(who: Who, words: Sequence[str]) -> str:
    """A file's text."""
    try:
        text = who.device.source(words[1])
    except FlashError as error:
        return f"%Error opening {error}\n"
    return text if text.endswith("\n") or not text else f"{text}\n"


@command("verify /md5 WORD", privileged=True)
def verify(who: Who, words: Sequence[str]) -> str:
    """A file's checksum."""
    try:
        data = who.device.source(words[2]).encode("utf-8", "surrogateescape")
    except FlashError as error:
        return f"%Error verifying {error}\n"
    return f"....Done!\nverify /md5 ({words[2]}) = {hashlib.md5(data, usedforsecurity=False).hexdigest()}\n"


@command("delete [ /force ] WORD", privileged=True)
def delete(who: Who, words: Sequence[str]) -> str | Question:
    """Remove a file, after asking unless that is switched off."""

    def remove(_said: str = "") -> str:
        try:
            who.device.flash.delete(words[-1])
        except FlashError as error:
            return f"%Error deleting {error}\n"
        return ""

    if len(words) == 3 or "file prompt quiet" in who.device.running:
        return remove()
    return Question(f"Delete {words[-1]}? [confirm]", remove)
