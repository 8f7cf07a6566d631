"""What `no_log` hides stays hidden: a real run of Ansible, its outcomes in every format, and its log."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from muhtar.doors.playbook import run_playbook
from muhtar.doors.runtime import runtime_dir
from muhtar.drift.tasks import outcomes
from muhtar.outcome import Status
from muhtar.render import FORMATS, OF_CALENDARS, render
from muhtar.render.context import Context
from muhtar.report import ReportBuilder
from muhtar.settings import Site

# No vaulted value, which would be cut out anywhere: nothing but no_log keeps this one in.
CANARY = "canary-that-only-no-log-hides"
TASKS = """\
- hosts: all
  gather_facts: false
  tasks:
    - name: Seen
      ansible.builtin.copy: {content: plain words, dest: "{{ out }}/seen", mode: "0600"}
    - name: Hidden change
      ansible.builtin.copy: {content: "{{ canary }}", dest: "{{ out }}/hidden", mode: "0600"}
      no_log: true
    - name: Hidden loop
      ansible.builtin.copy: {content: "{{ item.word }}", dest: "{{ out }}/{{ item.name }}", mode: "0600"}
      loop: [{name: a, word: "{{ canary }}"}]
      no_log: true
    - name: Hidden failure
      ansible.builtin.fail: {msg: "{{ canary }}"}
      no_log: true
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    found = Site("town", root=tmp_path)
    (found.path / "group_vars").mkdir(parents=True)
    found.hosts_file.write_text("all: {hosts: {h1: }}\n", encoding="utf-8")
    (found.path / "group_vars" / "all.yml").write_text(
        "ansible_connection: local\nansible_python_interpreter: '{{ ansible_playbook_python }}'\n"
        f"out: {tmp_path}/out\ncanary: {CANARY}\n",
        encoding="utf-8",
    )
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "hidden").write_text(f"old {CANARY}\n", encoding="utf-8")
    (tmp_path / "play.yml").write_text(TASKS, encoding="utf-8")
    yield found
    shutil.rmtree(runtime_dir(), ignore_errors=True)


def test_the_canary_is_nowhere(site: Site, tmp_path: Path) -> None:
    run = run_playbook(site, tmp_path / "play.yml", check=True)
    found = outcomes("drift.servers", "h1", run, started=datetime.now(UTC), mend="x")
    assert [(one.status, one.subject.partition(" (")[0]) for one in found] == [
        (Status.ERROR, "Hidden failure"),
        (Status.FINDING, "Seen"),
        (Status.FINDING, "Hidden change"),
        (Status.FINDING, "Hidden loop"),
    ]
    builder = ReportBuilder("drift.servers", "town")
    builder.select("h1", "drift.servers")
    builder.add(*found)
    report = builder.build()
    for kind in set(FORMATS) - OF_CALENDARS:
        text = render(kind, report, Context(width=200, color=False))
        assert CANARY not in text, kind
    assert "plain words" in render("html", report, Context()), "what is not hidden is shown"
    log = Path(run.log).read_text(encoding="utf-8")
    assert "Hidden failure" in log
    assert CANARY not in log
