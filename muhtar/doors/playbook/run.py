"""Runs ansible-playbook of this environment as a program, for one site."""

from __future__ import annotations

import json
import logging
import os
import re
import selectors
import shlex
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from muhtar.doors import process
from muhtar.doors.playbook import strategy
from muhtar.doors.playbook.events import PlaybookRun, Recorder
from muhtar.doors.runtime import runtime_dir
from muhtar.errors import DoorError
from muhtar.inventory import Inventory
from muhtar.progress import NoProgress, Progress
from muhtar.secrets import redact
from muhtar.settings import ROOT, Site, home

__all__ = ["run_playbook"]

PLUGINS = Path(__file__).resolve().parent.parent / "ansible_plugins"
# ansible-playbook adds these up: 0 all well, 2 a host failed, 4 a host was unreachable, 8 a play was broken off for failures.
# 4 is also its code for a playbook that it cannot parse; then it ends without the statistics that close every real run.
_FAILED, _UNREACHABLE, _BROKEN_OFF = 2, 4, 8
# A task in check mode only looks: one that takes longer hangs, and must not hold up its host's whole part of the run.
CHECK_TASK_SECONDS = 300
_log = logging.getLogger(__name__)


def run_playbook(
    site: Site,
    playbook: Path,
    *,
    inventory: Inventory | None = None,
    limit: str | Sequence[str] | None = None,
    check: bool = False,
    diff: bool = True,
    tags: Sequence[str] | None = None,
    extra_vars: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    timeout: float = 3600.0,
) -> PlaybookRun:
    """Run `playbook` on the site's hosts that match `limit` (a pattern, or names), and say what became of each.

    `check` changes nothing (Ansible's check mode). Failed and unreachable hosts are part of the result. Raises DoorError where
    the run itself failed: a playbook that cannot be parsed, an unknown exit code, a run that broke off. The full output is kept
    under `<home>/logs`, secrets cut out; its path is `PlaybookRun.log`. `timeout` is in seconds.
    """
    inventory = inventory or Inventory.load(site)
    # Ansible reads the vault by itself: know every value of it before the first line of output arrives.
    inventory.remember_secrets()
    progress = progress or NoProgress()
    recorder = Recorder()
    log = _log_path(playbook)
    with tempfile.TemporaryDirectory(prefix="run-", dir=runtime_dir()) as folder:
        scratch = Path(folder)
        argv = _argv(site, playbook, scratch, limit=limit, check=check, diff=diff, tags=tags, extra_vars=extra_vars)
        with log.open("w", encoding="utf-8") as stream, _listening(scratch / "events", _tell(recorder, progress, check)):

            def keep(line: str) -> None:
                stream.write(line + "\n")
                stream.flush()

            environment = _environment(site, scratch, check=check)
            done = process.run(argv, env=environment, cwd=site.root, timeout=timeout, check=False, on_line=keep)
            stream.write(done.stderr)
    run = PlaybookRun(recorder.hosts, str(log), done.duration, done.returncode)
    _judge(run, finished=recorder.finished, said=done.stderr or done.stdout, playbook=playbook)
    return run


def _judge(run: PlaybookRun, *, finished: bool, said: str, playbook: Path) -> None:
    """The one place where ansible-playbook's exit codes are read. Raises DoorError for what is no result."""
    known = run.returncode >= 0 and not run.returncode & ~(_FAILED | _UNREACHABLE | _BROKEN_OFF)
    failed = any(host.failed for host in run.hosts.values())
    unreachable = any(host.unreachable for host in run.hosts.values())
    told = not (run.returncode & _FAILED and not failed) and not (run.returncode & _UNREACHABLE and not unreachable)
    if known and finished and told:
        return
    raise DoorError(
        f"ansible-playbook {playbook.name} ended with code {run.returncode}: {_gist(said) or 'no output'}",
        path=run.log,
        mend="the log has it all; ./inv lint finds mistakes in playbooks and roles",
    )


def _gist(said: str) -> str:
    """The lines that name the error, or the last ones."""
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith("[WARNING]")]
    errors = [number for number, line in enumerate(lines) if re.match(r"(\[?ERROR\]?|fatal)", line)]
    chosen = lines[errors[0] : errors[0] + 6] if errors else lines[-4:]
    return redact(" ".join(chosen))[:800]


def _argv(
    site: Site,
    playbook: Path,
    scratch: Path,
    *,
    limit: str | Sequence[str] | None,
    check: bool,
    diff: bool,
    tags: Sequence[str] | None,
    extra_vars: Mapping[str, Any] | None,
) -> list[str | Path]:
    argv: list[str | Path] = [Path(sys.executable).parent / "ansible-playbook"]
    for source in site.sources:
        argv += ["-i", source]
    if isinstance(limit, str):
        argv += ["--limit", limit]
    elif limit is not None:
        # Thousands of names do not fit into one argument.
        names = scratch / "limit"
        names.write_text("".join(f"{name}\n" for name in limit), encoding="utf-8")
        argv += ["--limit", f"@{names}"]
    argv += ["--check"] if check else []
    argv += ["--diff"] if diff else []
    argv += ["--tags", ",".join(tags)] if tags else []
    if extra_vars:
        given = scratch / "extra-vars.json"
        given.write_text(json.dumps(extra_vars), encoding="utf-8")
        argv += ["--extra-vars", f"@{given}"]
    return [*argv, playbook]


def _environment(site: Site, scratch: Path, *, check: bool) -> dict[str, str]:
    ssh = ["-o", "ControlMaster=auto", "-o", "ControlPersist=120s", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"]
    if site.ssh_config:
        ssh = ["-F", str(site.ssh_config), *ssh]
    environment = {
        "ANSIBLE_CONFIG": str(site.root / "ansible.cfg") if (site.root / "ansible.cfg").is_file() else str(ROOT / "ansible.cfg"),
        "ANSIBLE_HOME": str(home() / "ansible"),
        # Rendered templates hold secrets for a moment: not on a disk where the system has a better place.
        "ANSIBLE_LOCAL_TEMP": str(scratch / "tmp"),
        # A Unix socket's path has 108 bytes at most; the state folder's may be longer than that by itself.
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(runtime_dir() / "cp"),
        "ANSIBLE_SSH_ARGS": shlex.join(ssh),
        "ANSIBLE_CALLBACK_PLUGINS": str(PLUGINS / "callback"),
        "ANSIBLE_LIBRARY": str(PLUGINS / "modules"),
        "ANSIBLE_MODULE_UTILS": str(PLUGINS / "module_utils"),
        "ANSIBLE_CALLBACKS_ENABLED": "muhtar_events",
        "ANSIBLE_STDOUT_CALLBACK": "muhtar_output",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_FORCE_COLOR": "0",
        "ANSIBLE_FORKS": str(site.settings["workers"]),
        "MUHTAR_EVENTS": str(scratch / "events"),
        "PYTHONUNBUFFERED": "1",
        **strategy.environment(str(site.settings["ansible_strategy"])),
    }
    if check:
        environment["ANSIBLE_TASK_TIMEOUT"] = str(CHECK_TASK_SECONDS)
    if site.vault_password_file:
        environment["ANSIBLE_VAULT_PASSWORD_FILE"] = str(site.vault_password_file)
    return environment


def _tell(recorder: Recorder, progress: Progress, check: bool) -> Callable[[str], None]:
    def tell(line: str) -> None:
        try:
            events = recorder.read(line)
        except (ValueError, KeyError, TypeError):
            _log.exception("a line of the callback plugin cannot be read")
            return
        for event in events:
            if event.status == "failed":
                progress.step(event.host, f"{event.title}: {_first_line(event.msg)}", "error")
            elif event.status == "unreachable":
                progress.step(event.host, _first_line(event.msg), "unchecked")
            elif event.changed:
                progress.step(event.host, event.title, "finding" if check and not event.handler else "changed")
            else:
                progress.activity(event.host, event.title)

    return tell


def _first_line(text: str) -> str:
    return next(iter(text.splitlines()), "")


@contextmanager
def _listening(path: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """A named pipe at `path`, whose lines go to `tell` from a thread, until the body ends and the pipe is empty."""
    os.mkfifo(path, 0o600)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    # Holding it open for writing too spares us an end of file before Ansible has begun and each time that it is quiet.
    writer = os.open(path, os.O_WRONLY)
    ended = threading.Event()
    thread = threading.Thread(target=_drain, args=(reader, ended, tell), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        os.write(writer, b"\n")
        thread.join()
        os.close(writer)
        os.close(reader)


def _drain(pipe: int, ended: threading.Event, tell: Callable[[str], None]) -> None:
    waiting = selectors.DefaultSelector()
    waiting.register(pipe, selectors.EVENT_READ)
    rest = b""
    last = False
    while not last:
        waiting.select()
        last = ended.is_set()  # asked before reading: all that Ansible wrote is in the pipe by then
        for data in _available(pipe):
            *lines, rest = (rest + data).split(b"\n")
            for line in filter(None, lines):
                tell(line.decode("utf-8", errors="replace"))


def _available(pipe: int) -> Iterator[bytes]:
    while True:
        try:
            yield os.read(pipe, 1 << 16)
        except BlockingIOError:
            return


def _log_path(playbook: Path) -> Path:
    folder = home() / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    return folder / f"{stamp}-ansible-{playbook.stem}-{os.getpid()}.log"
