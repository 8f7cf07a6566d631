"""How progress looks: live bars on a terminal, one line a step in a log."""

from __future__ import annotations

import threading

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from muhtar.progress import Progress
from muhtar.secrets import redact

__all__ = ["LineProgress", "LiveProgress", "make"]

_STYLE = {"ok": "green", "changed": "cyan", "finding": "yellow", "error": "red", "unchecked": "magenta"}


def make(console: Console) -> LiveProgress | LineProgress:
    """Live bars where a person watches, plain lines where a file or a CI job does."""
    return LiveProgress(console) if console.is_terminal else LineProgress(console)


class LineProgress:
    """A line for each phase and step, for logs and pipelines."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> LineProgress:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def child(self) -> Progress:
        """Itself: lines name their target."""
        return self

    def phase(self, title: str, total: int | None = None) -> None:
        """Print the title."""
        self._line(f"{title} ({total})" if total else title)

    def step(self, target: str, text: str = "", status: str = "ok") -> None:
        """Print one step."""
        self._line(f"  {status:9} {target} {text}".rstrip())

    def activity(self, target: str, text: str) -> None:
        """Too fine for a log; the log file has it."""

    def _line(self, text: str) -> None:
        self._console.print(redact(text), markup=False, highlight=False, soft_wrap=True)


class LiveProgress:
    """Bars that stay while work goes on, and what each is busy with."""

    def __init__(self, console: Console, bars: Bars | None = None, lock: threading.RLock | None = None) -> None:
        self._console = console
        self._bars = bars or Bars(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[now]}", justify="left"),
            console=console,
            transient=True,
        )
        self._lock = lock or threading.RLock()
        self._task: TaskID | None = None
        self._title = ""

    def __enter__(self) -> LiveProgress:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._finish()
        self._bars.stop()

    def child(self) -> Progress:
        """A line of bars of its own on the same screen."""
        return LiveProgress(self._console, self._bars, self._lock)

    def phase(self, title: str, total: int | None = None) -> None:
        """Begin a bar; the one before is done."""
        with self._lock:
            self._finish()
            self._title = redact(title)
            self._task = self._bars.add_task(self._title, total=total, now="")

    def step(self, target: str, text: str = "", status: str = "ok") -> None:
        """Advance, and leave a line behind for what is not plain ok."""
        with self._lock:
            if self._task is not None:
                self._bars.advance(self._task)
            if status not in {"ok", "changed"}:
                style = _STYLE.get(status, "white")
                self._bars.console.print(f"  [{style}]{status}[/] {target} ", end="", highlight=False)
                self._bars.console.print(redact(text), markup=False, highlight=False)

    def activity(self, target: str, text: str) -> None:
        """Show it beside the bar."""
        with self._lock:
            if self._task is not None:
                self._bars.update(self._task, now=redact(f"{target}: {text}")[:60].replace("[", "\\["))

    def _finish(self) -> None:
        if self._task is not None:
            done = self._bars.tasks[self._bars.task_ids.index(self._task)]
            seconds = done.elapsed or 0.0
            self._bars.console.print(f"[green]✓[/] {self._title} [dim]{seconds:.0f} s[/]", highlight=False)
            self._bars.remove_task(self._task)
            self._task = None
