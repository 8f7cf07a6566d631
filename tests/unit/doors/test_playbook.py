"""The door to Ansible, with real playbooks on local connections: events, verdicts, secrets, interruption."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from muhtar import secrets
from muhtar.doors import process
from muhtar.doors.playbook import PlaybookRun, TaskEvent, run_playbook
from muhtar.doors.playbook.diff import as_text
from muhtar.doors.playbook.events import Recorder
from muhtar.doors.playbook.run import _judge
from muhtar.doors.runtime import runtime_dir
from muhtar.errors import DoorError
from muhtar.settings import ROOT, Site

VAULTED = "whole-vault-secret-word"


class Seen:
    """Progress that remembers."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, str, str]] = []
        self.activities: list[tuple[str, str]] = []

    def child(self) -> Seen:
        return self

    def phase(self, title: str, total: int | None = None) -> None: ...

    def step(self, target: str, text: str = "", status: str = "ok") -> None:
        self.steps.append((target, text, status))

    def activity(self, target: str, text: str) -> None:
        self.activities.append((target, text))


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    secrets.forget_all()
    yield
    secrets.forget_all()
    if runtime_dir().is_dir():
        shutil.rmtree(runtime_dir())


@pytest.fixture
def site(tmp_path: Path) -> Site:
    found = Site("town", root=tmp_path)
    group = found.path / "group_vars"
    group.mkdir(parents=True)
    found.hosts_file.write_text(
        "all: {hosts: {h1: , h2: , gone: {ansible_connection: ssh, ansible_host: 127.0.0.1, ansible_port: 1}}}\n",
        encoding="utf-8",
    )
    (group / "all.yml").write_text(
        f"ansible_connection: local\nansible_python_interpreter: '{{{{ ansible_playbook_python }}}}'\nout: {tmp_path}/out\n",
        encoding="utf-8",
    )
    (tmp_path / "out").mkdir()
    (tmp_path / "roles/web/tasks").mkdir(parents=True)
    (tmp_path / "ansible.cfg").write_text("[defaults]\nroles_path = roles\n", encoding="utf-8")
    return found


def playbook(site: Site, tasks: str, more: str = "") -> Path:
    """A play over all hosts whose role `web` has these tasks."""
    (site.root / "roles/web/tasks/main.yml").write_text(tasks, encoding="utf-8")
    path = site.root / "site.yml"
    path.write_text(f"- hosts: all\n  gather_facts: false\n  roles: [web]\n{more}", encoding="utf-8")
    return path


TASKS = """\
- name: Configure
  ansible.builtin.copy:
    content: "new\\n"
    dest: "{{ out }}/{{ inventory_hostname }}.conf"
    mode: "0644"
  notify: Restart
- name: Loop
  ansible.builtin.copy:
    content: same
    dest: "{{ out }}/{{ inventory_hostname }}.{{ item }}"
    mode: "0644"
  loop: [a, b]
- name: Hidden
  ansible.builtin.copy:
    content: a hidden thing
    dest: "{{ out }}/{{ inventory_hostname }}.hidden"
    mode: "0600"
  no_log: true
- name: Command
  ansible.builtin.command: "true"
  changed_when: false
- name: Left out in check mode
  ansible.builtin.command: "true"
  when: not ansible_check_mode
- name: Never
  ansible.builtin.command: "true"
  when: inventory_hostname == 'nobody'
- name: Ignored
  ansible.builtin.fail:
    msg: never mind
  ignore_errors: true
- name: With rescue
  block:
    - name: Rescued
      ansible.builtin.fail:
        msg: caught
  rescue:
    - name: Rescue
      ansible.builtin.debug:
        msg: fine again
- name: Break
  ansible.builtin.fail:
    msg: "no luck on {{ inventory_hostname }}"
  when: inventory_hostname == 'h2'
"""
HANDLERS = """\
  handlers:
    - name: Restart
      ansible.builtin.file: {path: "{{ out }}/restarted", state: touch, mode: "0644"}
"""


def titles(events: list[TaskEvent]) -> list[str]:
    return [event.title for event in events]


def test_check_mode_tells_what_would_change_and_changes_nothing(site: Site, tmp_path: Path) -> None:
    (tmp_path / "out/h1.conf").write_text("old\n", encoding="utf-8")
    seen = Seen()
    run = run_playbook(site, playbook(site, TASKS, HANDLERS), check=True, progress=seen)

    h1 = run.hosts["h1"]
    assert titles(h1.changed) == ["web: Configure", "web: Loop (a)", "web: Loop (b)", "web: Hidden", "Restart"]
    configure, _, _, hidden, handler = h1.changed
    assert (configure.path, configure.line) == (str(site.root / "roles/web/tasks/main.yml"), 1)
    assert (configure.role, configure.module) == ("web", "ansible.builtin.copy")
    assert configure.diff == (
        f"--- {tmp_path}/out/h1.conf (found)\n+++ {tmp_path}/out/h1.conf (declared)\n@@ -1 +1 @@\n-old\n+new\n"
    )
    assert (hidden.hidden, hidden.diff) == (True, None)
    assert "a hidden thing" not in repr(h1)
    assert (handler.handler, configure.handler) == (True, False)
    assert titles(h1.unsupported) == ["web: Command", "web: Left out in check mode"]
    assert (h1.failed, h1.unreachable, h1.skipped) == ([], None, 2)
    assert h1.ignored == 2, "what is ignored or rescued is no failure"

    assert titles(run.hosts["h2"].failed) == ["web: Break"]
    assert run.hosts["h2"].failed[0].msg == "no luck on h2"
    assert "port 1" in (run.hosts["gone"].unreachable or "")
    assert run.hosts["gone"].evaluated == 0

    assert (tmp_path / "out/h1.conf").read_text(encoding="utf-8") == "old\n"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["h1.conf"]
    assert {status for target, _, status in seen.steps if target == "h1"} == {"finding", "changed"}
    assert ("h2", "web: Break: no luck on h2", "error") in seen.steps
    assert ("h1", "web: Command") in seen.activities
    assert "no luck on h2" in Path(run.log).read_text(encoding="utf-8")


def test_a_second_run_is_clean_and_limit_tags_and_variables_reach_ansible(site: Site, tmp_path: Path) -> None:
    tasks = """\
- name: Say
  ansible.builtin.copy: {content: "{{ word }}", dest: "{{ out }}/word", mode: "0600"}
  tags: [said]
- name: Not this one
  ansible.builtin.fail:
"""
    options = {"limit": ["h1"], "tags": ["said"], "extra_vars": {"word": "ğüş \"'$(id)"}}
    first = run_playbook(site, playbook(site, tasks), **options)
    assert (list(first.hosts), titles(first.hosts["h1"].changed)) == (["h1"], ["web: Say"])
    assert (tmp_path / "out/word").read_text(encoding="utf-8") == "ğüş \"'$(id)"
    second = run_playbook(site, playbook(site, tasks), **options)
    assert (second.hosts["h1"].changed, second.hosts["h1"].evaluated) == ([], 1)


def test_a_play_tells_by_one_fact_and_its_other_facts_stay_inside(site: Site) -> None:
    tasks = """\
- name: Other
  ansible.builtin.set_fact: {inner: not-to-be-told}
- name: Tell
  ansible.builtin.set_fact: {muhtar_told: {host: "{{ inventory_hostname }}", cores: 2}}
  when: inventory_hostname == "h1"
"""
    run = run_playbook(site, playbook(site, tasks), limit=["h1", "h2"])
    assert run.hosts["h1"].told == {"host": "h1", "cores": 2}
    assert run.hosts["h2"].told is None
    assert "not-to-be-told" not in repr(run)


def test_vaulted_values_do_not_come_out(site: Site, tmp_path: Path) -> None:
    site.overlay.mkdir(parents=True)
    password = site.overlay / "vault-password"
    password.write_text("of this test\n", encoding="utf-8")
    group = site.path / "group_vars/all"
    (site.path / "group_vars/all.yml").rename(site.path / "group_vars/main.yml")
    group.mkdir()
    (site.path / "group_vars/main.yml").rename(group / "main.yml")
    (group / "vault.yml").write_text(f"vault_word: {VAULTED}\n", encoding="utf-8")
    vault = Path(sys.executable).parent / "ansible-vault"
    subprocess.run([vault, "encrypt", "--vault-password-file", password, group / "vault.yml"], check=True, capture_output=True)
    tasks = """\
- name: "Write {{ vault_word }}"
  ansible.builtin.copy: {content: "password={{ vault_word }}\\n", dest: "{{ out }}/secret", mode: "0600"}
- name: Print
  ansible.builtin.debug: {msg: "it is {{ vault_word }}"}
- name: Fail
  ansible.builtin.fail: {msg: "no {{ vault_word }}"}
"""
    seen = Seen()
    run = run_playbook(site, playbook(site, tasks), limit="h1", progress=seen)
    assert (tmp_path / "out/secret").read_text(encoding="utf-8") == f"password={VAULTED}\n", "Ansible itself must know the value"
    assert "+password=***" in (run.hosts["h1"].changed[0].diff or "")
    assert VAULTED not in repr(run) + repr(seen.steps) + repr(seen.activities)
    written = [path.read_text(encoding="utf-8", errors="replace") for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert written
    assert VAULTED not in "".join(written)


@pytest.mark.parametrize(
    "text",
    ["- hosts: all\n  taks: []\n", "- hosts: [all\n", "- hosts: all\n  roles: [no_such_role]\n"],
    ids=["key", "yaml", "role"],
)
def test_a_playbook_that_cannot_be_read_is_an_error_not_an_empty_result(site: Site, text: str) -> None:
    path = site.root / "broken.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DoorError, match=r"broken\.yml ended with code") as caught:
        run_playbook(site, path)
    assert caught.value.path
    assert Path(caught.value.path).is_file()


def run_of(code: int, **hosts: dict[str, object]) -> PlaybookRun:
    recorder = Recorder()
    for name, facts in hosts.items():
        line = {
            "event": "result", "host": name, "task": "t", "role": None, "module": "m", "path": None, "line": None,
            "handler": False, "items": None, **facts,
        }  # fmt: skip
        recorder.read(json.dumps(line))
    return PlaybookRun(recorder.hosts, "log", 1.0, code)


OK, FAILED, GONE = {"status": "ok"}, {"status": "failed"}, {"status": "unreachable"}


@pytest.mark.parametrize(
    ("code", "hosts", "finished", "sound"),
    [
        (0, {"a": OK}, True, True),
        (2, {"a": FAILED}, True, True),
        (4, {"a": GONE}, True, True),
        (6, {"a": GONE, "b": FAILED}, True, True),
        (10, {"a": FAILED}, True, True),
        (0, {"a": OK}, False, False),
        (2, {"a": OK}, True, False),
        (4, {"a": OK}, True, False),
        (4, {}, False, False),
        (1, {"a": OK}, True, False),
        (5, {}, True, False),
        (99, {"a": OK}, True, False),
        (250, {"a": OK}, True, False),
        (-9, {"a": OK}, True, False),
        (-15, {"a": FAILED}, False, False),
        (17, {"a": OK}, True, False),
    ],
)
def test_exit_codes(code: int, hosts: dict[str, dict[str, object]], finished: bool, sound: bool) -> None:
    run = run_of(code, **hosts)
    if sound:
        _judge(run, finished=finished, said="", playbook=Path("site.yml"))
    else:
        with pytest.raises(DoorError):
            _judge(run, finished=finished, said="ERROR! the reason\nmore", playbook=Path("site.yml"))


def test_a_timeout_and_ctrl_c_end_ansible_and_its_workers(site: Site, tmp_path: Path) -> None:
    tasks = "- name: Wait\n  ansible.builtin.shell: echo $$ >> {{ out }}/pids; exec sleep 300\n"
    pids = tmp_path / "out/pids"
    path = playbook(site, tasks)
    script = (
        "from pathlib import Path\nfrom muhtar.settings import Site\nfrom muhtar.doors.playbook import run_playbook\n"
        f"run_playbook(Site('town', root=Path({str(tmp_path)!r})), Path({str(path)!r}), limit='h1:h2')\n"
    )
    ours = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_for(lambda: pids.exists() and len(pids.read_text(encoding="utf-8").split()) == 2)
    ours.send_signal(signal.SIGINT)
    assert ours.wait(60) != 0
    left = [int(word) for word in pids.read_text(encoding="utf-8").split()]
    wait_for(lambda: not any(running(pid) for pid in left))
    assert not list(runtime_dir().glob("run-*")), "scratch folders hold secrets and must not stay"


def running(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False


def wait_for(condition, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def test_no_secret_and_no_long_list_stands_in_argv(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    argvs: list[list[str]] = []
    environments: list[dict[str, str]] = []

    def fake(argv: list[str | Path], **options: object) -> process.Completed:
        argvs.append([str(word) for word in argv])
        environments.append(options["env"])  # type: ignore[arg-type]
        return process.Completed((), 0, "", "", 0.0)

    monkeypatch.setattr(process, "run", fake)
    (site.overlay / "ssh").mkdir(parents=True)
    (site.overlay / "ssh/config").touch()
    with pytest.raises(DoorError):  # the fake says nothing, so nothing is known of the hosts
        run_playbook(site, Path("x.yml"), limit=[f"host{number}" for number in range(5000)], extra_vars={"password": "hunter22"})
    assert len(" ".join(argvs[0])) < 1000
    assert "hunter22" not in " ".join(argvs[0])
    environment = environments[0]
    assert f"-F {site.overlay}/ssh/config" in environment["ANSIBLE_SSH_ARGS"]
    assert "StrictHostKeyChecking" not in environment["ANSIBLE_SSH_ARGS"]
    assert len(environment["ANSIBLE_SSH_CONTROL_PATH_DIR"]) < 70


def test_the_runtime_folder_is_ours_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "")
    found = runtime_dir()
    assert found == runtime_dir()
    assert found.stat().st_mode & 0o777 == 0o700
    found.chmod(0o755)
    with pytest.raises(DoorError, match="not ours alone"):
        runtime_dir()
    found.rmdir()
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    found.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DoorError, match="not ours alone"):
        runtime_dir()
    found.unlink()


def unified(name: str, body: str) -> str:
    return f"--- {name} (found)\n+++ {name} (declared)\n{body}"


@pytest.mark.parametrize(
    ("diff", "text"),
    [
        (None, None),
        ({}, None),
        ([], None),
        ({"before": "same\n", "after": "same\n"}, None),
        ({"before": "a\n", "after": "b\n", "before_header": "/etc/x"}, unified("/etc/x", "@@ -1 +1 @@\n-a\n+b\n")),
        # The new side is named after a temporary file that differs from run to run: that name must not show.
        (
            {"before": "", "after": "b\n", "before_header": "/etc/x (content)", "after_header": "/tmp/ansible-tmp-1/x"},
            unified("/etc/x", "@@ -0,0 +1 @@\n+b\n"),
        ),
        (
            {"before": {"mode": "0644", "path": "/x"}, "after": {"path": "/x", "mode": "0600"}},
            unified("state", '@@ -1,4 +1,4 @@\n {\n-  "mode": "0644",\n+  "mode": "0600",\n   "path": "/x"\n }\n'),
        ),
        ({"prepared": "NEW packages:\n  nginx"}, "NEW packages:\n  nginx\n"),
        ({"before": None, "after": "x"}, unified("state", "@@ -0,0 +1 @@\n+x\n")),
        ({"src_binary": 1, "before_header": "/x"}, unified("/x", " binary content\n")),
        ([{"before": "a", "after": "a"}, {"before": "a", "after": "b"}], unified("state", "@@ -1 +1 @@\n-a\n+b\n")),
    ],
)
def test_diff_text(diff: object, text: str | None) -> None:
    assert as_text(diff) == text


def test_items_of_a_loop_are_told_one_by_one() -> None:
    line = {
        "event": "result", "host": "a", "status": "ignored", "task": "t", "role": None, "module": "m", "path": None, "line": None,
        "handler": False,
        "items": [
            {"item": "one", "status": "ok", "changed": True}, {"item": "two", "status": "failed", "msg": "no"},
            {"item": "three", "status": "skipped", "changed": False},
        ],
    }  # fmt: skip
    assert [(event.item, event.status) for event in Recorder().read(json.dumps(line))] == [
        ("one", "ok"), ("two", "ignored"), ("three", "skipped"),
    ]  # fmt: skip
    failed = Recorder().read(json.dumps({**line, "status": "failed"}))
    assert [event.status for event in failed] == ["ok", "failed", "skipped"]
    lost = Recorder().read(json.dumps({**line, "status": "unreachable", "msg": "went away", "items": line["items"][:1]}))
    assert [event.status for event in lost] == ["ok", "unreachable"]
