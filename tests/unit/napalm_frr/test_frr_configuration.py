"""The configuration life cycle against a router that is played: what is run, in which order, and what when it fails."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from napalm.base.exceptions import CommitConfirmException, CommitError, LockError, MergeConfigException, ReplaceConfigException

from napalm_frr.configuration import Configuration
from napalm_frr.transport import Ran

RUNNING = "hostname r1\n"
DIFF = "\nLines To Add\n============\nhostname r2\n"


class Router:
    """Answers the driver's commands and keeps them. `applied` and `checked` are what a reload and the parser say."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.inputs: list[str] = []
        self.armed = False
        self.differs = True
        self.applied = Ran(0, "", "")
        self.checked = Ran(0, "", "")

    def run(self, command: str, *, stdin: str | None = None, check: bool = True, patience: float = 0) -> Ran:
        self.commands.append(command)
        if stdin is not None:
            self.inputs.append(stdin)
        ran = self._answer(command)
        assert not (check and ran.code), command
        return ran

    def _answer(self, command: str) -> Ran:
        match command:
            case str() if "$HOME" in command:
                return Ran(0, "/home/m", "")
            case str() if "show running-config" in command:
                return Ran(0, RUNNING, "")
            case str() if "vtysh -C" in command:
                return self.checked
            case str() if "--test" in command:
                return Ran(0, DIFF if self.differs else "", "")
            case str() if "--on-active" in command:
                self.armed = True
            case str() if "systemctl stop" in command and "write memory" in command:
                self.armed, was = False, self.armed
                return Ran(0 if was else 75, "", "")
            case str() if command.startswith("systemctl show"):
                return Ran(0, "active\ninactive\n" if self.armed else "inactive\ninactive\n", "")
            case str() if "systemctl stop" in command:
                self.armed = False
            case str() if "--reload" in command:
                self.differs = self.applied.code != 0
                return self.applied
        return Ran(0, "", "")

    def ran(self, pattern: str) -> int:
        return sum(bool(re.search(pattern, command)) for command in self.commands)


@pytest.fixture
def router() -> Router:
    return Router()


@pytest.fixture
def configuration(router: Router) -> Configuration:
    return Configuration(router)


def test_a_commit_with_a_timer_arms_before_it_applies_and_writes_only_when_confirmed(
    configuration: Configuration, router: Router
) -> None:
    configuration.load("replace", None, "hostname r2\n")
    assert configuration.compare() == "+hostname r2"
    configuration.commit(60)
    order = [command for command in router.commands if "--on-active" in command or "--reload" in command]
    assert "--on-active=60" in order[0]
    assert "--on-active" not in order[1]
    assert router.ran("write memory") == 0
    assert configuration.pending()
    configuration.confirm()
    assert router.ran("write memory") == 1
    assert not configuration.pending()


def test_stopping_the_timer_and_writing_are_one_step(configuration: Configuration, router: Router) -> None:
    """Else a session that breaks between them leaves a change that the next start forgets, and nobody knows."""
    configuration.load("replace", None, "hostname r2\n")
    configuration.commit(60)
    router.commands.clear()
    configuration.confirm()
    changing = [command for command in router.commands if not command.startswith("systemctl show")]
    assert len(changing) == 1
    stop, write, forget = (changing[0].index(text) for text in ("systemctl stop", "write memory", "rm -rf"))
    assert stop < write < forget


def test_a_confirmation_that_comes_too_late_says_so(configuration: Configuration, router: Router) -> None:
    configuration.load("replace", None, "hostname r2\n")
    configuration.commit(60)
    stubborn = router._answer
    router._answer = lambda command: Ran(75, "", "") if "write memory" in command else stubborn(command)  # type: ignore[method-assign]
    with pytest.raises(CommitConfirmException, match="too late"):
        configuration.confirm()


def test_a_revert_waits_for_a_slow_commit_and_is_tried_again(configuration: Configuration, router: Router) -> None:
    configuration.load("replace", None, "hostname r2\n")
    configuration.commit(60)
    reloads = [command for command in router.commands if "--reload" in command]
    assert len(reloads) == 2
    assert all("flock /run/napalm-frr.lock" in command for command in reloads)
    assert "for try in" in reloads[0]


def test_a_commit_without_a_timer_writes(configuration: Configuration, router: Router) -> None:
    configuration.load("replace", None, "hostname r2\n")
    configuration.commit(None)
    assert router.ran("write memory") == 1
    assert router.ran("--on-active") == 0


def test_configurations_travel_through_stdin_only(configuration: Configuration, router: Router) -> None:
    configuration.load("replace", None, "router bgp 1\n neighbor 10.0.0.2 password Geheim-123\n")
    configuration.commit(60)
    assert any("Geheim-123" in text for text in router.inputs)
    assert not router.ran("Geheim-123")
    assert router.ran(r"^umask 077 && mkdir -p \S*candidate") == 1


def test_lines_that_frr_does_not_take_are_taken_back(configuration: Configuration, router: Router) -> None:
    configuration.load("replace", None, "router rip\n")
    stubborn = router._answer
    router._answer = lambda command: Ran(0, DIFF, "") if "--test" in command else stubborn(command)  # type: ignore[method-assign]
    with pytest.raises(ReplaceConfigException, match="did not take these lines:\n\\+hostname r2"):
        configuration.commit(60)
    assert router.ran("systemctl start napalm-frr-revert.service") == 1
    assert router.ran("write memory") == 0


def test_a_refused_reload_without_a_timer_is_put_back_by_us(configuration: Configuration, router: Router) -> None:
    configuration.load("replace", None, "hostname r2\n")
    answers = iter([Ran(1, "% Unknown command", ""), Ran(0, "", "")])
    stubborn = router._answer
    router._answer = lambda command: next(answers) if "--reload" in command else stubborn(command)  # type: ignore[method-assign]
    with pytest.raises(ReplaceConfigException, match="Unknown command"):
        configuration.commit(None)
    assert router.ran(r"--reload .*rollback-") == 1


def test_a_locked_router_is_left_alone(configuration: Configuration, router: Router) -> None:
    configuration.load("merge", None, "hostname r2\n")
    router.applied = Ran(1, "vtysh 'configure' returned\nVTY configuration is locked by other VTY\n", "")
    with pytest.raises(LockError):
        configuration.commit(60)
    assert not router.armed
    with pytest.raises(CommitError, match="no commit to roll back"):
        configuration.rollback()


@pytest.mark.parametrize(("mode", "error"), [("replace", ReplaceConfigException), ("merge", MergeConfigException)])
def test_a_line_that_the_parser_does_not_know(
    mode: str, error: type[Exception], configuration: Configuration, router: Router
) -> None:
    router.checked = Ran(2, "", "line 3: % Unknown command:  descripton x\n")
    with pytest.raises(error, match="line 3"):
        configuration.load(mode, None, "interface lo\n descripton x\n")  # type: ignore[arg-type]
    with pytest.raises(CommitError, match="no candidate"):
        configuration.commit(None)


def test_warnings_about_files_of_roots_are_none_about_ours(configuration: Configuration, router: Router) -> None:
    router.checked = Ran(0, "", "% Can't open configuration file /etc/frr/vtysh.conf due to 'Permission denied'.\n")
    configuration.load("replace", None, "hostname r2\n")
    assert configuration.compare()


@pytest.mark.parametrize("text", ["", "!\n!\n", "\n"])
def test_an_empty_replacement_is_refused(text: str, configuration: Configuration) -> None:
    with pytest.raises(ReplaceConfigException, match="empty"):
        configuration.load("replace", None, text)


def test_a_file_that_is_not_there(configuration: Configuration) -> None:
    with pytest.raises(MergeConfigException, match="nosuch"):
        configuration.load("merge", "/nosuch.conf", None)


def test_vtyshs_own_setting_is_kept_out_of_candidates(configuration: Configuration, router: Router) -> None:
    configuration.load("replace", None, "hostname r1\nservice integrated-vtysh-config\n")
    assert router.inputs[-1] == "hostname r1\n"


def test_a_second_commit_waits_for_the_first(configuration: Configuration, router: Router) -> None:
    router.armed = True
    configuration.load("replace", None, "hostname r2\n")
    with pytest.raises(CommitError, match="waiting to be confirmed"):
        configuration.commit(None)
    assert router.ran("--reload") == 0


@pytest.mark.parametrize("act", [Configuration.confirm, Configuration.rollback])
def test_nothing_waits(act: Callable[[Configuration], None], configuration: Configuration) -> None:
    with pytest.raises(CommitError):
        act(configuration)


@pytest.mark.parametrize("seconds", [0, -5, 10**6])
def test_a_timer_out_of_range(seconds: int, configuration: Configuration, router: Router) -> None:
    configuration.load("replace", None, "hostname r2\n")
    with pytest.raises(CommitError, match="revert_in"):
        configuration.commit(seconds)
    assert router.ran("--reload") == 0


def test_its_files_go_with_the_session(configuration: Configuration, router: Router) -> None:
    configuration.load("replace", None, "hostname r2\n")
    configuration.commit(None)
    router.commands.clear()
    configuration.tidy()
    assert router.ran(r"rm -rf \S*candidate-\S+ \S*rollback-") == 1
    assert router.ran("pending") == 0
