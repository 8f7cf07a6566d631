from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from muhtar.doors import process
from muhtar.doors.process import run
from muhtar.errors import DoorError, ProcessFailedError, ProcessTimeoutError
from muhtar.secrets import Secret, forget_all, remember
from muhtar.settings import ROOT


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    forget_all()
    yield
    forget_all()


def alive(pid: int) -> bool:
    try:
        # A zombie that nobody has reaped is as dead as it needs to be.
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False


def wait_for(condition, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(condition())


# A shell that has a child of its own, as ansible-playbook has; both write their numbers.
FAMILY = 'sleep 300 & echo "$! $$" > "$0"; wait'


def family(path: Path) -> list[int]:
    return [int(word) for word in path.read_text(encoding="utf-8").split()] if path.exists() else []


def test_output_code_and_environment() -> None:
    done = run(["sh", "-c", "echo out; echo err >&2; echo $WORD; cat; exit 3"], stdin="in", env={"WORD": "env"}, ok=(3,))
    assert (done.stdout, done.stderr, done.returncode) == ("out\nenv\nin", "err\n", 3)
    assert done.duration > 0


def test_an_unexpected_code_is_an_error_that_says_what_was_said() -> None:
    with pytest.raises(ProcessFailedError) as caught:
        run(["sh", "-c", "echo broken >&2; exit 7"])
    assert caught.value.returncode == 7
    assert "broken" in str(caught.value)
    assert run(["sh", "-c", "exit 7"], check=False).returncode == 7
    with pytest.raises(ProcessFailedError):
        run(["true"], ok=(1,))


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(DoorError, match="cannot start no-such-program"):
        run(["no-such-program"])


def test_no_shell_reads_the_arguments() -> None:
    assert run(["echo", "$HOME; rm -rf *"]).stdout == "$HOME; rm -rf *\n"


def test_a_secret_in_argv_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="argv"):
        run(["touch", tmp_path / "made", Secret("hunter22")])  # type: ignore[list-item]
    assert not (tmp_path / "made").exists()


def test_secrets_go_in_by_stdin_and_environment_and_do_not_come_out() -> None:
    seen: list[str] = []
    done = run(
        ["sh", "-c", 'cat; echo; echo "$PW"; echo "$PW" >&2; printf "%s" "$PW" | wc -c'],
        stdin=Secret("hunter22"), env={"PW": Secret("swordfish")}, on_line=seen.append,
    )  # fmt: skip
    assert done.stdout.splitlines()[:2] == ["***", "***"]
    assert done.stdout.split()[-1] == "9", "the program itself must get the real value"
    assert done.stderr == "***\n"
    assert "hunter22" not in "".join(seen)


def test_a_failing_program_cannot_tell_a_secret_by_its_error() -> None:
    remember("swordfish")
    with pytest.raises(ProcessFailedError) as caught:
        run(["sh", "-c", "echo swordfish >&2; exit 1", "swordfish"])
    assert "swordfish" not in str(caught.value)
    assert "swordfish" not in caught.value.output


def test_lines_arrive_while_the_program_runs(tmp_path: Path) -> None:
    go = tmp_path / "go"
    seen: list[str] = []

    def on_line(line: str) -> None:
        seen.append(line)
        go.touch()

    run(["sh", "-c", f"echo first; while [ ! -e {go} ]; do sleep 0.05; done; echo second"], on_line=on_line, timeout=60)
    assert seen == ["first", "second"]


def test_much_output_and_much_input_do_not_block() -> None:
    done = run(["cat"], stdin="x" * 3_000_000, timeout=60)
    assert len(done.stdout) == 3_000_000
    assert run(["sh", "-c", "head -c 3000000 /dev/zero >&2"], timeout=60).stderr.count("\0") == 3_000_000


def test_stdout_can_go_to_a_file_as_it_is(tmp_path: Path) -> None:
    remember("swordfish")
    target = tmp_path / "restored"
    done = run([sys.executable, "-c", "import sys; sys.stdout.buffer.write(b'swordfish\\xff')"], stdout_to=target)
    assert target.read_bytes() == b"swordfish\xff"
    assert done.stdout == ""


def test_a_timeout_ends_the_whole_family(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with pytest.raises(ProcessTimeoutError, match="did not end within"):
        run(["sh", "-c", FAMILY, pids], timeout=1.5)
    assert len(family(pids)) == 2
    assert wait_for(lambda: not any(map(alive, family(pids))))


def test_what_ignores_term_is_killed(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    with pytest.raises(ProcessTimeoutError):
        run(["sh", "-c", f"trap '' TERM; {FAMILY}; while :; do sleep 1; done", pids], timeout=1.5)
    assert wait_for(lambda: not any(map(alive, family(pids))))


def test_term_comes_first_so_that_programs_can_tidy_up(tmp_path: Path) -> None:
    tidy = tmp_path / "tidy"
    with pytest.raises(ProcessTimeoutError):
        run(["sh", "-c", f"trap 'touch {tidy}; exit 0' TERM; while :; do sleep 0.1; done"], timeout=1)
    assert tidy.exists()


def test_ctrl_c_ends_the_whole_family(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = f"from muhtar.doors.process import run\nrun(['sh', '-c', {FAMILY!r}, {str(pids)!r}])\n"
    ours = subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert wait_for(lambda: len(family(pids)) == 2, 60)
    ours.send_signal(signal.SIGINT)
    assert ours.wait(60) != 0
    assert wait_for(lambda: not any(map(alive, family(pids))))


def test_ctrl_c_in_the_moment_of_the_start_leaves_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    class Interrupted(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: object, **options: object) -> None:
            super().__init__(*args, **options)  # type: ignore[call-overload]
            started.append(self.pid)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(["sleep", "300"])
    assert not alive(started[0])


def test_end_all_ends_what_other_threads_run(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    ended: list[BaseException] = []

    def work() -> None:
        try:
            run(["sh", "-c", FAMILY, pids])
        except ProcessFailedError as error:
            ended.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert wait_for(lambda: len(family(pids)) == 2)
    process.end_all()
    thread.join(60)
    assert ended, "a program that was ended has failed, not succeeded"
    assert wait_for(lambda: not any(map(alive, family(pids))))


def test_end_all_knows_a_program_from_its_first_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between a start and its being known, Ctrl-C would leave a program behind."""
    born, ended = threading.Event(), threading.Event()
    pids: list[int] = []

    class Slow(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: object, **options: object) -> None:
            super().__init__(*args, **options)  # type: ignore[call-overload]
            pids.append(self.pid)
            born.set()
            ended.wait(0.5)

    def work() -> None:
        with contextlib.suppress(ProcessFailedError):
            run(["sleep", "300"])

    monkeypatch.setattr(subprocess, "Popen", Slow)
    thread = threading.Thread(target=work)
    thread.start()
    assert born.wait(10)
    process.end_all()
    ended.set()
    thread.join(10)
    assert not thread.is_alive()
    assert not alive(pids[0])


def test_a_grandchild_that_keeps_the_pipe_open_does_not_hold_us() -> None:
    began = time.monotonic()
    assert run(["sh", "-c", "setsid sleep 20 & echo done"]).stdout == "done\n"
    assert time.monotonic() - began < 15


def test_a_program_that_was_interrupted_did_not_succeed() -> None:
    """Some programs take TERM for a wish to stop, and end with code 0."""
    failed: list[ProcessFailedError] = []

    def work() -> None:
        try:
            run(["sh", "-c", "trap 'exit 0' TERM; echo ready; while :; do sleep 0.1; done"], on_line=lambda _: ready.set())
        except ProcessFailedError as error:
            failed.append(error)

    ready = threading.Event()
    thread = threading.Thread(target=work)
    thread.start()
    assert ready.wait(5)
    process.end_all()
    thread.join(10)
    assert [str(error) for error in failed] == ["sh was interrupted"]
