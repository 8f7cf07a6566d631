"""What every command shares: its common options, its report's way out, its history entry and its exit code."""

from __future__ import annotations

import errno
import inspect
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from invoke.collection import Collection
from invoke.exceptions import Exit
from invoke.parser.argument import Argument
from invoke.tasks import Task

from muhtar.errors import MuhtarError, UsageError
from muhtar.exitcode import ExitCode
from muhtar.settings import Site

_FULL = (errno.ENOSPC, errno.EDQUOT)

if TYPE_CHECKING:
    from rich.console import Console

    from muhtar.progress import Progress
    from muhtar.report import Report, ReportBuilder

__all__ = ["Run", "collection", "command", "deliver"]

_HELP = {
    "site": "which town: a folder of inventories/ (default: MUHTAR_SITE, or the lab)",
    "limit": "only these hosts, an Ansible pattern: --limit 'routers:!r3'",
    "shard": "the i-th of n equal parts: --shard 2/4 (default: CI_NODE_INDEX/CI_NODE_TOTAL)",
    "baseline": "compare with an earlier run: its id, a day, or a JSON report (alone: the last run of this selection)",
    "apply": "really do it; without this nothing is changed",
    "format": "what to print: terminal, json, junit, codequality, prometheus, html or (calendar.write) ics",
    "out": "also write a format to a file, repeatable: --out junit=drift.xml --out html=drift.html",
    "lang": "language of the report: tr or en (default: the site's)",
}


@dataclass
class Run:
    """One command being run: what was asked for, and where to show how it goes."""

    workflow: str
    site: Site
    console: Console
    progress: Progress
    log: Path
    limit: str | None = None
    shard: str | None = None
    apply: bool = False
    baseline: str | bool | None = None
    format: str = "terminal"
    out: list[str] = field(default_factory=list)
    lang: str | None = None

    def print(self, *what: Any) -> None:
        """Print to standard output (text or any rich renderable)."""
        from rich.console import Console

        for item in what:
            if isinstance(item, str):
                sys.stdout.write(item if item.endswith("\n") else item + "\n")
                sys.stdout.flush()
            else:
                Console(file=sys.stdout).print(item)


class _Task(Task[Any]):
    """invoke's task, but one that still knows its options' help texts when it was asked for them once."""

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        texts = dict(self.help or {})
        try:
            return list(super().get_arguments(ignore_unknown_help))
        finally:
            self.help = texts


Body = Callable[..., "ReportBuilder | Report | int | None"]


def command(
    name: str,
    *,
    select: bool = False,
    apply: bool = False,
    baseline: bool = False,
    report: bool = True,
    site: bool = True,
    help: dict[str, str] | None = None,  # noqa: A002 - invoke's own word
    positional: tuple[str, ...] = (),
    iterable: tuple[str, ...] = (),
) -> Callable[[Body], Task[Any]]:
    """Make an invoke task of a function `(run, **own options) -> ReportBuilder | exit code | None`.

    Adds --site, and as asked --limit/--shard (`select`), --apply, --baseline, --format/--out/--lang (`report`). A returned
    builder is built, compared with the --baseline, kept in the history, rendered and turned into the exit code. `positional`
    names the function's own arguments that are given without a flag.
    """

    def wrap(body: Body) -> Task[Any]:
        own = [parameter for parameter in inspect.signature(body).parameters.values() if parameter.name != "run"]
        shared: dict[str, Any] = {}
        if site:
            shared["site"] = None
        if select:
            shared |= {"limit": None, "shard": None}
        if apply:
            shared["apply"] = False
        if baseline:
            shared["baseline"] = None
        if report:
            shared |= {"format": "terminal", "out": None, "lang": None}

        def task(context: Any, **given: Any) -> None:
            del context
            mine = {parameter.name: given.pop(parameter.name) for parameter in own}
            sys.exit(_run(name, body, mine, given, report=report))

        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        task.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [
                inspect.Parameter("context", kind),
                *(parameter.replace(kind=kind) for parameter in own),
                *(inspect.Parameter(key, kind, default=value) for key, value in shared.items()),
            ]
        )
        task.__doc__ = inspect.cleandoc(body.__doc__ or "")
        task.__name__ = body.__name__
        wanted = [*iterable, *(["out"] if report else [])]
        return _Task(
            task,
            name=name.rpartition(".")[2].replace("_", "-"),
            help={**{key: _HELP[key] for key in shared}, **(help or {})},
            positional=list(positional),
            iterable=wanted,
            optional=["baseline"] if baseline else [],
            auto_shortflags=False,
        )

    return wrap


def collection(name: str, *tasks: Task[Any], default: str | None = None) -> Collection:
    """A namespace of tasks; `default` names the one that the namespace alone runs."""
    found = Collection(name)
    for task in tasks:
        found.add_task(task, default=task.name == default)
    return found


def _run(workflow: str, body: Body, mine: dict[str, Any], shared: dict[str, Any], *, report: bool) -> int:
    from rich.console import Console

    from muhtar.cli import _log as log
    from muhtar.cli._baseline import Baseline
    from muhtar.cli._progress import make
    from muhtar.inventory.shard import default_shard
    from muhtar.report import Report
    from muhtar.waivers.cover import Decisions

    console = Console(stderr=True)
    site_name = shared.pop("site", None)
    if "shard" in shared and not shared["shard"]:
        shared["shard"] = default_shard()
    try:
        logfile = log.start(workflow)
    except MuhtarError as error:
        _tell(console, str(error))
        return ExitCode.FAILED
    started = time.monotonic()
    try:
        with ExitStack() as stack:
            progress = make(console)
            stack.enter_context(progress)
            run = Run(workflow, Site.open(site_name), console, progress, logfile, **shared)
            _check_outputs(run)
            decisions = Decisions.of(run.site) if report else Decisions()
            baseline = Baseline.read(run.site, workflow, run.baseline)
            result = body(run, **mine)
            stack.close()
            if result is None or isinstance(result, int):
                return int(result or 0)
            made = result if isinstance(result, Report) else result.build()
            return deliver(run, baseline.compare(decisions.judge(made)))
    except MuhtarError as error:
        log.failure(error)
        _tell(console, str(error))
        return ExitCode.FAILED
    except KeyboardInterrupt:
        console.print(f"interrupted after {time.monotonic() - started:.0f} s; run it again to go on", style="yellow")
        return 130
    except Exit:
        raise
    except Exception as error:  # noqa: BLE001 - the outermost frame: a bug must not look like a finding
        log.failure(error)
        full = isinstance(error, OSError) and error.errno in _FULL
        whose = "make room on that disk, then run it again" if full else f"this is a fault of Muhtar; details: {logfile}"
        _tell(console, f"{type(error).__name__}: {log.safe(str(error))}\n  {whose}")
        return ExitCode.FAILED


def _tell(console: Console, error: str) -> None:
    console.print(f"error: {error}", style="red", markup=False, highlight=False, soft_wrap=True)


def _check_outputs(run: Run) -> None:
    """Refuse a wrong --format or --out before an hour of work, not after."""
    from muhtar.render import FORMATS, OF_CALENDARS

    for kind in [run.format, *(item.partition("=")[0] for item in run.out)]:
        if kind not in FORMATS:
            raise UsageError(f"there is no format {kind!r}", mend=f"choose from {', '.join(FORMATS)}")
        # Stored reports are drawn by report.*: whether one holds a calendar is known when it is read.
        if kind in OF_CALENDARS and run.workflow.partition(".")[0] not in {"calendar", "report"}:
            raise UsageError(f"{run.workflow} has no calendar to write as {kind}", mend="./inv calendar.write has it")
    for item in run.out:
        if not item.partition("=")[2]:
            raise UsageError(f"--out {item} names no file", mend=f"write --out {item}=FILE")


def deliver(run: Run, report: Report) -> int:
    """Keep the report in the history, print it, write what --out asks for; returns the exit code.

    A report that cannot be kept is printed all the same, and then the run has failed.
    """
    from muhtar.cli._show import show
    from muhtar.history import Comparison, History
    from muhtar.render import render
    from muhtar.render.context import Context
    from muhtar.settings import atomic_write, home

    comparison, trouble = Comparison(), ""
    try:
        history = History.open()
        comparison = history.compare(report)
        history.record(report)
        kept = home() / "reports" / run.site.name / f"{report.workflow}.json"
        with atomic_write(kept) as stream:
            stream.write(render("json", report, Context()))
    except (MuhtarError, OSError) as error:
        trouble = str(error)
    code = show(run, report, comparison)
    if trouble:
        _tell(run.console, f"this report was not kept: {trouble}")
        return ExitCode.FAILED
    return code
