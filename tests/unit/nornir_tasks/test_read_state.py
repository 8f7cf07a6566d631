"""Several getters in one session: each failure costs its own answer, a lost session all of them."""

from __future__ import annotations

from typing import Any

import pytest

from nornir_tasks import read_state as module
from nornir_tasks.read_state import Answer, Question, read_state


class Device:
    def get_facts(self) -> dict[str, str]:
        return {"os_version": "1"}

    def get_ntp_stats(self) -> Any:
        raise NotImplementedError

    def get_route_to(self, destination: str) -> Any:
        raise ValueError(f"no\nroute to {destination}")

    def get_interfaces(self) -> Any:
        raise ConnectionResetError("gone")


class Task:
    host = None


def ask(monkeypatch: pytest.MonkeyPatch, *questions: Question) -> Any:
    monkeypatch.setattr(module, "session", lambda *_: Device())
    return read_state(Task(), questions=questions).result  # type: ignore[arg-type]


def test_each_getter_answers_or_fails_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    facts, ntp, route = Question("get_facts"), Question("get_ntp_stats"), Question("get_route_to", (("destination", "x"),))
    assert ask(monkeypatch, facts, ntp, route, facts) == {
        facts: Answer({"os_version": "1"}),
        ntp: Answer(failed="the driver does not offer get_ntp_stats"),
        route: Answer(failed="get_route_to failed: no route to x"),
    }


def test_a_lost_session_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConnectionResetError):
        ask(monkeypatch, Question("get_facts"), Question("get_interfaces"))
