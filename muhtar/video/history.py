"""The configurations of recorders, kept in git without secrets: what is exported, what has changed since, and when it did."""

from __future__ import annotations

import difflib
import getpass
from collections.abc import Callable, Mapping
from pathlib import Path

from muhtar.doors.fleet import HostResult, run_fleet
from muhtar.errors import MuhtarError, UsageError
from muhtar.inventory import Inventory
from muhtar.network.history.git import Change, GitHistory, Person, blob_id
from muhtar.network.history.keep import counted
from muhtar.network.history.place import tagger
from muhtar.outcome import Outcome, Status
from muhtar.progress import Progress
from muhtar.report import ReportBuilder
from muhtar.settings import Site, home, locked
from muhtar.video.cameras import RECORDERS
from muhtar.words import count, some
from nornir_tasks.export_recorder import Exported, export_recorder

__all__ = ["CHECK", "diff", "export", "log"]

CHECK = "video.history"
# Another run that writes the history is soon done.
_PATIENCE = 60.0
_NAMED = 5


def export(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """Read the recorders' configurations and commit what changed; outcomes of `video.history` say what.

    What a recorder withholds is unchecked, and the rest is kept. Raises InventoryError where no recorder is selected,
    LockedError where another run writes the history all the time.
    """
    builder, results = _read("video.export", site, limit, shard, progress)
    with locked("video-history", wait=_PATIENCE):
        history = _repository()
        history.prepare()
        before = _kept(history, site, results)
        changed = {
            _path(site, name): text
            for name, text in _texts(results).items()
            if name not in before or blob_id(before[name]) != blob_id(text)
        }
        if changed:
            said = {path: counted(before.get(Path(path).stem), text) for path, text in changed.items()}
            names = [Path(path).stem for path in changed]
            subject = f"{site.name}: {count(len(names), 'recorder')} changed: {some(names, _NAMED)}"
            body = "".join(f"{Path(path).stem}: {words}\n" for path, words in said.items())
            history.commit(changed, subject, body, Person(getpass.getuser(), ""))

    def judged(name: str, text: str) -> tuple[Status, str, dict[str, str]]:
        if _path(site, name) not in changed:
            return Status.OK, "unchanged since the last time", {}
        return Status.OK, f"kept: {counted(before.get(name), text)}", {}

    _judge(builder, results, judged)
    return builder


def diff(site: Site, *, limit: str | None = None, shard: str | None = None, progress: Progress) -> ReportBuilder:
    """What differs between the recorders' configurations and the kept ones; nothing is written. Raises as `export`."""
    builder, results = _read("video.diff", site, limit, shard, progress)
    before = _kept(_repository(), site, results)

    def judged(name: str, text: str) -> tuple[Status, str, dict[str, str]]:
        keep = f"./inv video.export --limit {name}"
        if name not in before:
            return Status.UNCHECKED, "nothing of it was ever kept", {"mend": keep}
        lines = list(difflib.unified_diff(before[name].splitlines(), text.splitlines(), "kept", "now", lineterm="", n=1))
        if not lines:
            return Status.OK, "as it was kept", {}
        mend = f"see who changed it; {keep} keeps it so"
        return Status.FINDING, f"{counted(before[name], text)} since it was kept", {"diff": "\n".join(lines), "mend": mend}

    _judge(builder, results, judged)
    return builder


def log(site: Site, host: str) -> list[Change]:
    """When a recorder's configuration changed, the newest first. Raises UsageError where nothing was ever kept."""
    found = _repository().changes(_path(site, host))
    if not found:
        raise UsageError(f"no configuration of {host} was ever kept on this machine", mend=f"./inv video.export --limit {host}")
    return found


def _read(
    workflow: str, site: Site, limit: str | None, shard: str | None, progress: Progress
) -> tuple[ReportBuilder, dict[str, HostResult]]:
    inventory = Inventory.load(site)
    chosen = inventory.select(limit, shard, group=RECORDERS)
    builder = ReportBuilder(workflow, site.name, limit=limit, shard=shard)
    builder.select([target.name for target in chosen], CHECK)
    results = run_fleet(
        inventory,
        chosen,
        export_recorder,
        name="configurations of the recorders",
        progress=progress,
        per_target=lambda target: {"tag": tagger(site.name, target.name)},
    )
    return builder, results


def _judge(
    builder: ReportBuilder, results: Mapping[str, HostResult], judged: Callable[[str, str], tuple[Status, str, dict[str, str]]]
) -> None:
    for name, result in results.items():
        more: dict[str, str] = {}
        if result.error is not None:
            status, summary = result.status, ("cannot be asked: " if result.unreachable else "") + result.why
        else:
            found: Exported = result.result
            status, summary, more = judged(name, found.text)
            if found.withheld:
                # A part that is not told is not compared, however well the rest is.
                said = "; ".join(f"{part}: {why}" for part, why in found.withheld.items())
                builder.add(_outcome(name, result, Status.UNCHECKED, f"not told: {said}", subject="withheld"))
        if status is not Status.OK or result.error is not None or not result.result.withheld:
            builder.add(_outcome(name, result, status, summary, **more))
        else:
            builder.note(f"{name}: {summary}")


def _outcome(name: str, result: HostResult, status: Status, summary: str, **more: str) -> Outcome:
    return Outcome(
        target=name,
        check=CHECK,
        status=status,
        summary=summary,
        started=result.started,
        duration=result.duration,
        **more,
    )


def _repository() -> GitHistory:
    folder = home() / "video-history"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise MuhtarError(f"the history cannot be kept: {error.strerror}", path=folder, mend="make room there") from error
    return GitHistory(folder / "history.git")


def _path(site: Site, host: str) -> str:
    return f"{site.name}/{host}.conf"


def _texts(results: Mapping[str, HostResult]) -> dict[str, str]:
    """What is kept of each: of one that withholds a part, nothing, or that part would look like deleted."""
    return {name: result.result.text for name, result in results.items() if result.error is None and not result.result.withheld}


def _kept(history: GitHistory, site: Site, names: Mapping[str, object]) -> dict[str, str]:
    """The kept texts of these recorders; of some there may be none."""
    ids = history.ids(site.name)
    wanted = {name: ids[path] for name in names if (path := _path(site, name)) in ids}
    texts = history.texts(wanted.values())
    return {name: texts[blob] for name, blob in wanted.items()}
