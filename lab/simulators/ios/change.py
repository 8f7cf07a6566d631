"""Commands that change configurations: copy, write, `configure replace`, confirm and revert."""

from __future__ import annotations

from collections.abc import Sequence

from lab.simulators.config_grammar import LineError
from lab.simulators.config_shell import parse
from lab.simulators.config_tree import Tree
from lab.simulators.flash import FlashError
from lab.simulators.ios.commands import Question, Who, command
from lab.simulators.ios.device import STARTUP

_RUNNING = ("running-config", "system:running-config")
_STARTUP = ("startup-config", "nvram:startup-config")
_NO_ARCHIVE = "%Please turn config archive on\n"
_SAVED = "Building configuration...\n[OK]\n"


@command("write [ memory ]", privileged=True)
def write(who: Who, _words: Sequence[str]) -> str:
    """Save the running configuration."""
    who.device.save()
    return _SAVED


@command("copy WORD WORD", privileged=True)
def copy(who: Who, words: Sequence[str]) -> str | Question:
    """Copy between running, startup and `flash:`. A copy to the running configuration is a merge."""
    source, target = words[1], words[2]
    if "file prompt quiet" in who.device.running:
        return _copy(who, source, target)
    name = target.rpartition(":")[2].lstrip("/")
    return Question(f"Destination filename [{name}]? ", lambda said: _copy(who, source, _named(target, said)))


@command("configure replace WORD [ force ]", privileged=True)
def replace(who: Who, words: Sequence[str]) -> str:
    """Make a file the running configuration."""
    return _replace(who, words[2])


@command("configure replace WORD [ force ] revert trigger error [ timer NUM ]", privileged=True)
def replace_or_nothing(who: Who, words: Sequence[str]) -> str:
    """The same, back at once where a line fails, and by the timer where nobody confirms."""
    return _replace(who, words[2], trigger=True, minutes=int(words[-1]) if words[-2] == "timer" else None)


@command("configure replace WORD [ force ] revert timer NUM", "configure replace WORD [ force ] time NUM", privileged=True)
def replace_timed(who: Who, words: Sequence[str]) -> str:
    """The same, back by the timer where nobody confirms."""
    return _replace(who, words[2], minutes=int(words[-1]))


@command("configure confirm", privileged=True)
def confirm(who: Who, _words: Sequence[str]) -> str:
    """Keep what waits to be confirmed."""
    return "" if who.device.confirm() else "%No Rollback Confirmed Change pending\n"


@command("configure revert now", privileged=True)
def revert(who: Who, _words: Sequence[str]) -> str:
    """Take it back at once."""
    if not who.device.revert(f"reverted by {who.login.user}"):
        return "%No Rollback Confirmed Change pending\n"
    return "Rollback Confirmed Change: rolling to the previous configuration\n\nTotal number of passes: 1\nRollback Done\n"


@command("configure revert timer NUM", privileged=True)
def revert_timer(who: Who, words: Sequence[str]) -> str:
    """Give what waits to be confirmed another span of minutes."""
    pending = who.device.pending
    if pending is None:
        return "%No Rollback Confirmed Change pending\n"
    before = pending.before
    who.device.arm(pending.user, int(words[3]))
    pending = who.device.pending
    if pending is not None:
        pending.before = before
    return ""


def arm(who: Who, minutes: int) -> str:
    """Start the revert timer for what comes; gives what IOS says, `%...` where it refuses."""
    if not 1 <= minutes <= 120:
        return "% Invalid timer: 1 to 120 minutes\n"
    if not who.device.archiving:
        return _NO_ARCHIVE
    if who.device.pending is not None:
        return "%Rollback Confirmed Change is already active\n"
    who.device.arm(who.login.user, minutes)
    return "Rollback Confirmed Change: Backing up current running config\n"


def marked(line: str, error: LineError) -> str:
    """IOS's words for a line of a file that does not fit."""
    if error.incomplete:
        return f"{line}\n% Incomplete command.\n"
    words = line.split()
    column = line.find(words[0]) if words else 0
    for word in words[: error.index + 1]:
        column = line.find(word, column)
        start, column = column, column + len(word)
    return f"{line}\n{' ' * (start if words else 0)}^\n% Invalid input detected at '^' marker.\n"


def _copy(who: Who, source: str, target: str) -> str:
    device = who.device
    try:
        text = device.source(source)
        if target in _RUNNING:
            return who.faults.committing(lambda: _merge(who, text))
        if target in _STARTUP:
            if source in _RUNNING:
                device.save()
                return _SAVED
            device.flash.write(STARTUP, text)
        else:
            device.flash.write(target, text)
    except FlashError as error:
        return f"%Error opening {error}\n"
    return _copied(text)


def _copied(text: str) -> str:
    size = len(text.encode("utf-8", "surrogateescape"))
    return f"\n{size} bytes copied in 0.084 secs ({round(size / 0.084)} bytes/sec)\n"


def _merge(who: Who, text: str) -> str:
    """Type a file into the running configuration: lines that do not fit are told of, the others take effect."""
    tree = who.device.running.copy()
    errors = _parse(who, text, tree)
    who.device.become(who.device.complete(tree), who.login.user, f"merged by {who.login.user}")
    return "".join(errors) + _copied(text)


def _replace(who: Who, url: str, *, trigger: bool = False, minutes: int | None = None) -> str:
    device = who.device
    if not device.archiving and (trigger or minutes is not None):
        return _NO_ARCHIVE
    try:
        text = device.source(url)
    except FlashError as error:
        return f"%Error opening {error}\n"
    tree = Tree()
    errors = _parse(who, text, tree)
    if not tree or text.split()[-1:] != ["end"]:
        # IOS refuses a file that was cut off rather than take away what follows.
        return f"%Error: {url} is not a valid config file.\n"
    if errors and trigger:
        return "".join(errors) + (
            "Rollback aborted after 1 pass\n%Error: the original configuration has been successfully restored\n"
        )
    said = arm(who, minutes) if minutes is not None else ""
    if said.startswith("%"):
        return said

    def commit() -> str:
        device.become(device.complete(tree), who.login.user, f"replaced by {url}")
        return said + "".join(errors) + "\nTotal number of passes: 1\nRollback Done\n"

    return who.faults.committing(commit)


def _parse(who: Who, text: str, tree: Tree) -> list[str]:
    """Type a text into a tree; gives what IOS says of the lines that it does not take."""
    refused = [line for line in text.splitlines() if who.faults.refuses(line.strip())]
    _, errors = parse((line for line in text.splitlines() if line not in refused), who.device.grammar, tree)
    return [f"{line}\n% Command rejected: not supported on this platform\n" for line in refused] + [
        marked(line, error) for line, error in errors
    ]


def _named(target: str, said: str) -> str:
    drive, colon, _ = target.rpartition(":")
    return f"{drive}{colon}{said}" if said and colon else said or target
