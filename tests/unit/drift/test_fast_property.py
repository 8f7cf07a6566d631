"""Whatever a host is like, whatever its roles ask and observe, and whatever changes: where the fast check passes a host over, the
full check would have the answers that it had. The digests are those of the real module, over real files."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from muhtar.doors.ansible_plugins.modules import muhtar_observe as module
from muhtar.doors.playbook import HostRun, PlaybookRun, TaskEvent
from muhtar.drift import fast
from muhtar.drift.fast import learn, unchanged
from muhtar.drift.observed import OBSERVE
from muhtar.inventory import Inventory
from muhtar.progress import NoProgress
from muhtar.settings import Site

FILES = ("a", "b", "d/x", "d/y")
UNITS = ("one.service", "two.service")
COMMANDS = ("accounts", "firewall")


@dataclass(frozen=True)
class State:
    """What a host is like: contents of files (None: absent), the mode of folder d, units, packages, what programs say."""

    files: tuple[str | None, ...]
    mode: int
    units: tuple[str, ...]
    packages: str
    says: tuple[str, ...]


@dataclass(frozen=True)
class Role:
    """What it observes, and its tasks: (module, what it names). Programs are the author's to declare, so they always are."""

    paths: tuple[str, ...]
    folders: tuple[str, ...]
    units: tuple[str, ...]
    tasks: tuple[tuple[str, str], ...]


class Host:
    """A host with real files, whose units and programs are of the state."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.role = Role((), (), (), ())
        self.state = State((None,) * 4, 0o755, ("", ""), "", ("", ""))

    def become(self, state: State) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        (self.root / "d").mkdir(parents=True)
        self.state = state
        for name, content in zip(FILES, state.files, strict=True):
            if content is not None:
                (self.root / name).write_text(content, encoding="utf-8")
        (self.root / "d").chmod(state.mode)
        (self.root / "status").write_text(state.packages, encoding="utf-8")

    def run_command(self, argv: Sequence[str], **_: Any) -> tuple[int, str, str]:
        """What AnsibleModule has."""
        if argv[0] == "systemctl":
            return 0, "".join(f"{unit}={self.state.units[UNITS.index(unit)]}\n" for unit in argv if unit in UNITS), ""
        return 0, self.state.says[COMMANDS.index(argv[0])], ""

    def observed(self, options: Mapping[str, Any]) -> dict[str, Any]:
        return module.observe(self, dict(options))  # type: ignore[arg-type] # it only runs commands

    def answer(self, task: tuple[str, str]) -> str:
        """What decides whether the task would change something: for `copy` of a folder, all that is in it."""
        kind, name = task
        if kind == "systemd_service":
            return self.state.units[UNITS.index(name)]
        if kind == "apt":
            return self.state.packages
        if kind == "command":
            return self.state.says[COMMANDS.index(name)]
        path = self.root / name
        if kind == "file":
            return f"{path.lstat().st_mode:o}" if path.exists() else "absent"
        return str([(one, one.read_text(encoding="utf-8")) for one in (path, *sorted(path.rglob("*"))) if one.is_file()])

    def full(self) -> PlaybookRun:
        """A full check in check mode: first the role observes, then it asks."""
        role = self.role
        options = {
            "paths": [str(self.root / name) for name in role.paths],
            "folders": [str(self.root / name) for name in role.folders],
            "units": list(role.units),
            "commands": [[name] for name in COMMANDS],
            "sources": [],
        }
        host = HostRun("web1")
        host.add(TaskEvent(host="web1", task="Look", status="ok", role="web", module=OBSERVE, observed=(self.observed(options),)))
        for kind, name in role.tasks:
            about = str(self.root / name) if kind in {"template", "copy", "file"} else name if kind == "systemd_service" else ""
            host.add(TaskEvent(host="web1", task=f"{kind} {name}", status="ok", role="web", module=kind, about=about))
        return PlaybookRun(hosts={"web1": host})

    def look(self, *_: Any, extra_vars: Mapping[str, Any], **__: Any) -> PlaybookRun:
        """The fast look, in place of Ansible."""
        host = HostRun("web1")
        seen = tuple(self.observed(question) for question in extra_vars["observe_hosts"]["web1"])
        host.add(TaskEvent(host="web1", task="Look", status="ok", module=OBSERVE, observed=seen))
        return PlaybookRun(hosts={"web1": host})


text = st.sampled_from(["", "x", "y", "xy"])
states = st.builds(
    State,
    files=st.tuples(*[st.none() | text] * len(FILES)),
    mode=st.sampled_from([0o755, 0o700]),
    units=st.tuples(text, text),
    packages=text,
    says=st.tuples(text, text),
)
named = st.lists(st.sampled_from([*FILES, "d"]), unique=True, max_size=3).map(tuple)
roles = st.builds(
    Role,
    paths=named,
    folders=named,
    units=st.lists(st.sampled_from(UNITS), unique=True).map(tuple),
    tasks=st.lists(
        st.tuples(st.just("template"), st.sampled_from(FILES))
        | st.tuples(st.sampled_from(["file", "copy"]), st.just("d"))
        | st.tuples(st.just("systemd_service"), st.sampled_from(UNITS))
        | st.tuples(st.just("command"), st.sampled_from(COMMANDS))
        | st.just(("apt", "nginx")),
        max_size=3,
    ).map(tuple),
)


PLAIN = State(("x", None, None, None), 0o755, ("", ""), "", ("", ""))
# A folder that is only looked at from outside does not stand for what a task copies into it.
COPIED = Role(paths=(), folders=("d",), units=(), tasks=(("copy", "d"),))


@st.composite
def changes(draw: st.DrawFn) -> tuple[State, State]:
    """A state and a near one: up to two things change. A state that shares nothing is found out too easily."""
    before, after = draw(states), draw(states)
    changed = draw(st.sets(st.sampled_from(["files", "mode", "units", "packages", "says"]), max_size=2))
    return before, State(**{name: getattr(after if name in changed else before, name) for name in vars(before)})


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Host:
    return Host(tmp_path_factory.mktemp("host") / "root")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: Host) -> Site:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(module, "PACKAGES", str(host.root / "status"))
    monkeypatch.setattr(fast, "run_playbook", host.look)
    found = Site("town", root=tmp_path)
    found.path.mkdir(parents=True)
    found.hosts_file.write_text("all: {children: {servers: {hosts: {web1: }}}}\n", encoding="utf-8")
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@example(change=(PLAIN, replace(PLAIN, files=("x", None, "y", None))), role=COPIED)
@example(change=(PLAIN, replace(PLAIN, files=("y", None, None, None))), role=Role((), ("a",), (), (("template", "a"),)))
@given(change=changes(), role=roles)
def test_it_is_never_clean_where_the_full_check_would_find_drift(
    site: Site, host: Host, change: tuple[State, State], role: Role
) -> None:
    before, after = change
    host.become(before)
    host.role = role
    inventory = Inventory.load(site)
    learn(site, "web1", host.full(), "intent", started=datetime.now(UTC), clean=True)
    answers = [host.answer(task) for task in role.tasks]
    host.become(after)
    passed = unchanged(site, ["web1"], "intent", inventory=inventory, progress=NoProgress())
    event("passed over" if passed else "checked in full")
    if passed:
        assert [host.answer(task) for task in role.tasks] == answers
    elif host.state == before:
        # Nothing changed, so only a role that does not observe what it asks may send the host to the full check.
        assert fast.uncovered(host.full().hosts["web1"])
