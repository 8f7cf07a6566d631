"""Keep configurations in git: without secrets, one commit a run, and only when something that matters has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from muhtar.errors import MuhtarError
from muhtar.network.history.git import GitHistory, Person, blob_id
from muhtar.network.history.place import folder, tagger
from muhtar.network.history.text import kept_text, readable
from muhtar.network.history.whole import refuse_shorter
from muhtar.settings import Site
from muhtar.words import count, some
from nornir_tasks.config_rules import rules_of
from nornir_tasks.get_configs import Configs
from nornir_tasks.whole import IncompleteConfigError

__all__ = ["Kept", "keep", "path_of", "repository"]

_NAMED = 5


@dataclass(frozen=True)
class Kept:
    """What the history did with a device's configurations: `what` is empty where nothing that matters had changed."""

    what: str


@dataclass(frozen=True)
class _File:
    """One text that differs from the kept one."""

    host: str
    path: str
    text: str
    before: str | None
    startup: bool

    def said(self, who: str | None) -> str:
        """What changed, as a line of the commit's message: `r1: +3 -1 lines`."""
        name = f"{self.host} (startup)" if self.startup else self.host
        return f"{name}: {counted(self.before, self.text)}" + (f", by {who}" if who and not self.startup else "")


def repository() -> GitHistory:
    """The repository of all sites."""
    return GitHistory(folder() / "history.git")


def path_of(site: str, host: str, *, startup: bool = False) -> str:
    """Where a device's text is in the repository."""
    return f"{site}/startup/{host}.conf" if startup else f"{site}/{host}.conf"


def keep(
    site: Site, configs: Mapping[str, tuple[Configs, str]], *, author: Person, accept_shorter: bool = False
) -> dict[str, Kept | MuhtarError]:
    """Commit what changed of `configs` (device → what it gave, its platform). For the holder of the history's lock.

    Returns, for each device, what was done or why not; one device's trouble is not another's.
    """
    if not configs:
        return {}
    try:
        history = repository()
        history.prepare()
        before = history.ids(site.name)
        texts, failed = _texts(site, configs)
    except OSError as error:
        return dict.fromkeys(configs, _unwritable(error))
    except MuhtarError as error:
        return dict.fromkeys(configs, error)
    changed = {path: text for path, (_, text) in texts.items() if before.get(path) != blob_id(text)}
    files: list[_File] = []
    try:
        old = history.texts(before[path] for path in changed if path in before)
        files = [
            _File(texts[path][0], path, text, old.get(before.get(path, "")), startup="/startup/" in path)
            for path, text in changed.items()
        ]
    except (OSError, MuhtarError) as error:
        # Devices whose texts are kept already have lost nothing.
        why = error if isinstance(error, MuhtarError) else _unwritable(error)
        failed |= dict.fromkeys((texts[path][0] for path in changed), why)
    if not accept_shorter:
        failed |= _shrunk(files)
    good = [file for file in files if file.host not in failed]
    who = {host: _changed_by(*configs[host]) for host in {file.host for file in good}}
    said = {host: [file.said(who[host]) for file in good if file.host == host] for host in dict.fromkeys(f.host for f in good)}
    if good:
        try:
            history.commit({file.path: file.text for file in good}, _subject(site, good), _body(said), author)
        except MuhtarError as error:
            failed |= dict.fromkeys(said, error)
    done: dict[str, Kept | MuhtarError] = {host: Kept("; ".join(said.get(host, []))) for host in configs}
    return done | failed


def _unwritable(error: OSError) -> MuhtarError:
    return MuhtarError(
        f"the history cannot be written: {error.strerror}", path=error.filename, mend="free space on its disk; run it again"
    )


def counted(before: str | None, now: str) -> str:
    """How two texts differ, in words: `new, 120 lines`, `+3 -1 lines`, `order of lines`."""
    if before is None:
        return f"new, {len(now.splitlines())} lines"
    old, new = Counter(before.splitlines()), Counter(now.splitlines())
    added, removed = (new - old).total(), (old - new).total()
    return f"+{added} -{removed} lines" if added or removed else "order of lines"


def _texts(
    site: Site, configs: Mapping[str, tuple[Configs, str]]
) -> tuple[dict[str, tuple[str, str]], dict[str, Kept | MuhtarError]]:
    """Host and kept text of each file, by its path; and the devices of which there can be none."""
    texts: dict[str, tuple[str, str]] = {}
    failed: dict[str, Kept | MuhtarError] = {}
    for host, (given, platform) in configs.items():
        try:
            tag = tagger(site.name, host)
            texts[path_of(site.name, host)] = host, kept_text(given.running, platform, tag)
            if given.startup:
                texts[path_of(site.name, host, startup=True)] = host, kept_text(given.startup, platform, tag)
        except MuhtarError as error:
            failed[host] = error
    return texts, failed


def _shrunk(files: list[_File]) -> dict[str, Kept | MuhtarError]:
    failed: dict[str, Kept | MuhtarError] = {}
    for file in files:
        if file.before is not None:
            what = f"{file.host}: the {'startup' if file.startup else 'running'} configuration"
            try:
                refuse_shorter(file.before, file.text, what, file.host)
            except IncompleteConfigError as error:
                failed.setdefault(file.host, error)
    return failed


def _subject(site: Site, files: list[_File]) -> str:
    hosts = list(dict.fromkeys(file.host for file in files))
    return f"{site.name}: {count(len(hosts), 'device')} changed: {some(hosts, _NAMED)}"


def _body(said: Mapping[str, list[str]]) -> str:
    return "".join(f"{line}\n" for lines in said.values() for line in lines)


def _changed_by(configs: Configs, platform: str) -> str | None:
    """Whom the device itself names as the one who changed it last."""
    pattern = rules_of(platform).changed_by
    if pattern is None:
        return None
    found = next((match for line in readable(configs.running).splitlines()[:40] if (match := pattern.match(line))), None)
    return found["who"] if found else None
