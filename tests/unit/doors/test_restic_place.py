"""Running a program elsewhere: quoting, environment and standard input, over an ssh and a sudo that only pretend."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from muhtar.doors.restic import OnHost
from muhtar.doors.restic.place import preamble
from muhtar.secrets import Secret

# As sshd does: the last word goes to a shell.
SSH = '#!/bin/sh\nprintf "%s\\n" "$@" >>"$SEEN"\nfor last; do :; done\nexec sh -c "$last"\n'
SUDO = '#!/bin/sh\n[ "$1 $2" = "-n --" ] || exit 1\nshift 2\nexec "$@"\n'
VALUE = "pa ss'wo\"rd$(id)`id`\\n*%s"


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OnHost:
    for name, text in (("ssh", SSH), ("sudo", SUDO)):
        program = tmp_path / name
        program.write_text(text)
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("SEEN", str(tmp_path / "seen"))
    return OnHost("web1", tmp_path / "config")


def test_words_arrive_as_they_are(host: OnHost) -> None:
    words = ["a b", "$HOME", "it's", "*", "", "--x=`id`"]
    assert host.run(["printf", "%s\\n", *words]).stdout.split("\n")[:-1] == words


def test_the_environment_arrives_and_argv_does_not_show_it(host: OnHost, tmp_path: Path) -> None:
    done = host.run(
        ["sh", "-c", 'printf %s "$RESTIC_PASSWORD"; tr "\\0" " " </proc/$$/cmdline'], env={"RESTIC_PASSWORD": Secret(VALUE)}
    )
    assert done.stdout.startswith("***")  # our own side cuts it out of what comes back
    assert VALUE not in done.stdout
    assert VALUE not in (tmp_path / "seen").read_text()


def test_the_value_is_exact(host: OnHost) -> None:
    done = host.run(["sh", "-c", 'test "$X" = "$Y" && echo same'], env={"X": VALUE, "Y": VALUE})
    assert done.stdout == "same\n"


def test_stdin_follows_the_environment_whole(host: OnHost) -> None:
    data = b"\nfirst=1\n\nlast without newline"
    done = host.run(["cat"], env={"A": "1"}, stdin=data)
    assert done.stdout.encode() == data


def test_exit_codes_come_back(host: OnHost) -> None:
    assert host.run(["sh", "-c", "exit 12"]).returncode == 12


def test_host_keys_are_the_configurations_and_connections_are_not_shared(host: OnHost) -> None:
    words = host.argv(["true"])
    assert words[:3] == ["ssh", "-F", str(host.config)]
    assert "ControlPath=none" in words
    assert not [word for word in words if "StrictHostKeyChecking" in word]


def test_an_account_is_stepped_down_to_by_root(host: OnHost, tmp_path: Path) -> None:
    program = tmp_path / "runuser"
    program.write_text('#!/bin/sh\n[ "$1 $3" = "-u --" ] || exit 1\necho "as $2"\nshift 3\nexec "$@"\n')
    program.chmod(0o755)
    owner = replace(host, account="restic-rest-server")
    assert owner.run(["sh", "-c", 'printf "$A"'], env={"A": "kept"}).stdout == "as restic-rest-server\nkept"


def test_without_a_configuration_the_inventory_tells_the_way() -> None:
    words = OnHost("web1", None, "192.0.2.7", "muhtar", 2222).argv(["true"])
    assert words[:5] == ["ssh", "-l", "muhtar", "-p", "2222"]
    assert words[-2] == "192.0.2.7"


@pytest.mark.parametrize(("name", "value"), [("A", "two\nlines"), ("a-b", "x"), ("A", "nul\0")])
def test_what_would_break_a_line_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match="cannot carry"):
        preamble({name: value})
