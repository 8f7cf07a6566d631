"""Commands that change something without configuration mode: copies, replace, checkpoints, sessions by name."""

from __future__ import annotations

from collections.abc import Sequence

from lab.simulators.config_shell import parse
from lab.simulators.eos.commands import Answer, command
from lab.simulators.eos.device import STARTUP, CommandError, Device, describe
from lab.simulators.flash import FlashError

_RUNNING = ("running-config", "system:/running-config")
_STARTUP = ("startup-config", "flash:startup-config", "flash:/startup-config")


def _done(*messages: str) -> Answer:
    return Answer({"messages": list(messages)} if messages else {}, "".join(f"{message}\n" for message in messages))


@command("copy WORD WORD", privileged=True)
def copy(device: Device, words: Sequence[str]) -> Answer:
    """Copy between running, startup, `flash:` and `checkpoint:`. A copy to the running configuration is a merge."""
    source, target = words[1], words[2]
    try:
        text = device.text(device.running) if source in _RUNNING else device.flash.read(_url(source))
        if target in _RUNNING:
            tree, errors = parse(text.splitlines(), device.grammar, device.running.copy())
            if errors:
                raise CommandError(f"Error copying {source} to {target}: {describe(errors[0][1])}")
            device.become(device.complete(tree), f"copied {source} to the running configuration")
        else:
            device.flash.write(_url(target), text)
    except FlashError as error:
        raise CommandError(f"Error copying {source} to {target} ({error})") from error
    return _done("Copy completed successfully.")


@command("write [ memory ]", privileged=True)
def write(device: Device, _words: Sequence[str]) -> Answer:
    """Save the running configuration."""
    device.save()
    return _done("Copy completed successfully.")


@command("configure replace WORD [ ignore-errors ]", privileged=True)
def replace(device: Device, words: Sequence[str]) -> Answer:
    """Make a file the running configuration; one with an error in it changes nothing."""
    device.become(device.load(_url(words[2])), f"replaced by {words[2]}")
    return _done()


@command("configure checkpoint save WORD", privileged=True)
def checkpoint_save(device: Device, words: Sequence[str]) -> Answer:
    """Keep the running configuration under a name."""
    try:
        device.flash.write(f"checkpoint:{words[3]}", device.text(device.running))
    except FlashError as error:
        raise CommandError(f"Error: {error}") from error
    return _done()


@command("configure checkpoint restore WORD", privileged=True)
def checkpoint_restore(device: Device, words: Sequence[str]) -> Answer:
    """Return to a kept configuration."""
    device.become(device.load(f"checkpoint:{words[3]}"), f"checkpoint {words[3]} restored")
    return _done()


@command("show configuration checkpoints", privileged=True)
def show_checkpoints(device: Device, _words: Sequence[str]) -> Answer:
    """The kept configurations."""
    found = device.flash.listing("checkpoint")
    model = {name: {"checkpointDate": changed.timestamp(), "checkpointUser": device.settings.user} for name, _, changed in found}
    return Answer({"checkpoints": model}, "".join(f"{name:<24}{changed:%Y-%m-%d %H:%M:%S}\n" for name, _, changed in found))


@command("dir flash:", privileged=True)
def directory(device: Device, _words: Sequence[str]) -> Answer:
    """The files in flash."""
    rows = [f"       -rw-  {size:>10}   {changed:%b %d %H:%M}  {name}" for name, size, changed in device.flash.listing("flash")]
    return Answer(None, "\n".join(["Directory of flash:/", "", *rows]) + "\n")


@command("more WORD", privileged=True)
def more(device: Device, words: Sequence[str]) -> Answer:
    """A file's text."""
    try:
        return Answer(None, device.flash.read(_url(words[1])))
    except FlashError as error:
        raise CommandError(f"Error opening {error}") from error


@command("delete WORD", privileged=True)
def delete(device: Device, words: Sequence[str]) -> Answer:
    """Remove a file."""
    try:
        device.flash.delete(_url(words[1]))
    except FlashError as error:
        raise CommandError(f"Error deleting {error}") from error
    return _done()


@command("configure session WORD abort", privileged=True)
def session_abort(device: Device, words: Sequence[str]) -> Answer:
    """Drop a session, or roll back its timed commit."""
    device.abort(words[2])
    return _done()


@command("configure session WORD commit [ timer CLOCK ]", privileged=True)
def session_commit(device: Device, words: Sequence[str]) -> Answer:
    """Commit a session, for good or on trial."""
    device.commit(words[2], seconds(words[5]) if len(words) == 6 else None)
    return _done()


def seconds(clock: str) -> int:
    """The seconds of `hh:mm:ss`."""
    hours, minutes, rest = (int(part) for part in clock.split(":"))
    return hours * 3600 + minutes * 60 + rest


def _url(name: str) -> str:
    """A file's place on the flash, whatever EOS lets people call it."""
    return STARTUP if name in _STARTUP else name
