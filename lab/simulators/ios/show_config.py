"""Configurations, the archive and the revert timer, shown."""

from __future__ import annotations

from collections.abc import Sequence

from lab.simulators.config_shell import parse
from lab.simulators.flash import FlashError
from lab.simulators.ios.commands import Who, command
from lab.simulators.ios.device import STARTUP
from lab.simulators.ios.diff import contextual, incremental

_NVRAM = 524288
_DISABLED = "Archive feature not enabled\n"


@command("show running-config [ all ]", "show running-config view full", "write terminal", privileged=True)
def show_running(who: Who, _words: Sequence[str]) -> str:
    """The running configuration. `all` adds nothing: the simulator keeps no defaults beyond those that IOS always shows."""
    text = who.device.text(who.device.running)
    return f"Building configuration...\n\nCurrent configuration : {len(text.encode('utf-8', 'surrogateescape'))} bytes\n{text}"


@command("show running-config interface IFACE", privileged=True)
def show_running_interface(who: Who, words: Sequence[str]) -> str:
    """One interface's part of it."""
    section = who.device.running.section(f"interface {words[3]}")
    lines = "".join(f" {line}\n" for line in section)
    text = f"!\ninterface {words[3]}\n{lines}end\n"
    return f"Building configuration...\n\nCurrent configuration : {len(text.encode('utf-8', 'surrogateescape'))} bytes\n{text}"


@command("show startup-config", privileged=True)
def show_startup(who: Who, _words: Sequence[str]) -> str:
    """What the switch would boot with."""
    try:
        text = who.device.flash.read(STARTUP)
    except FlashError:
        return "startup-config is not present\n"
    return f"Using {len(text.encode('utf-8', 'surrogateescape'))} out of {_NVRAM} bytes\n{text}"


@command("show archive", privileged=True)
def show_archive(who: Who, _words: Sequence[str]) -> str:
    """Whether the archive is on. The simulator keeps no archived configurations of its own."""
    if not who.device.archiving:
        return _DISABLED
    path = who.device.running.section("archive").value("path")
    return (
        "The maximum archive configurations allowed is 10.\nThere are currently 0 archive configurations saved.\n"
        f"The next archive file will be named {path}-<timestamp>-0\n Archive #  Name\n"
    )


@command("show archive config differences [ WORD ] [ WORD ]", privileged=True)
def show_differences(who: Who, words: Sequence[str]) -> str:
    """What a file adds to and takes from the running configuration (or one file from another), as it stands there."""
    urls = [*words[4:], "system:running-config"][:2] if len(words) < 6 else words[4:6]
    trees = []
    for url in urls if len(words) > 4 else ("startup-config", "running-config"):
        try:
            trees.append(who.device.read(url)[0])
        except FlashError as error:
            return f"%Error opening {error}\n"
    lines = contextual(trees[0], trees[1], who.device.grammar)
    return "\n".join(["!Contextual Config Diffs:", *(lines or ["!No changes were found"])]) + "\n"


@command("show archive config incremental-diffs WORD [ ignorecase ]", privileged=True)
def show_incremental(who: Who, words: Sequence[str]) -> str:
    """What merging a file would do. A line that does not fit is listed as it stands: only the merge itself refuses it."""
    device = who.device
    merged = device.running.copy()
    try:
        lines = device.source(words[4]).splitlines()
    except FlashError as error:
        return f"%Error opening {error}\n"
    _, errors = parse(lines, device.grammar, merged)
    commands = [*incremental(device.running, device.complete(merged), device.grammar), *(line for line, _ in errors)]
    return "\n".join(["!List of Commands:", *commands, "end", *([] if commands else ["!No changes were found"])]) + "\n"


@command("show archive config rollback timer", privileged=True)
def show_timer(who: Who, _words: Sequence[str]) -> str:
    """The change that waits to be confirmed."""
    pending = who.device.pending
    if pending is None:
        return "%No Rollback Confirmed Change pending\n"
    return (
        f"Time configured(hh:mm:ss): {pending.configured:%H:%M:%S}\nTimer type: absolute timer\n"
        f"Timer value: {pending.minutes} min\nUser: {pending.user}\n"
    )


def _size(text: str) -> int:
    """In bytes, of which some may be of no encoding that we know."""
    return len(text.encode("utf-8", "surrogateescape"))
