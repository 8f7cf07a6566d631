"""What a network device says of its state, by NAPALM's getters, several in one session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nornir.core.task import Result, Task

from nornir_tasks.connections import lost
from nornir_tasks.host import session

__all__ = ["Answer", "Question", "read_state"]


@dataclass(frozen=True)
class Question:
    """A getter of NAPALM by its name (`get_facts`, `get_route_to`, ...) and its arguments, as pairs so that it can be a key."""

    getter: str
    arguments: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Answer:
    """What the getter returned; or, where `failed` is not empty, why it returned nothing."""

    value: Any = None
    failed: str = field(default="")


def read_state(task: Task, *, questions: Sequence[Question]) -> Result:
    """Result: an Answer for each question. A getter that fails costs its own answer; a lost session costs them all."""
    device = session(task, "napalm")
    answers: dict[Question, Answer] = {}
    for question in dict.fromkeys(questions):
        answers[question] = _ask(device, question.getter, dict(question.arguments))
    return Result(host=task.host, result=answers)


def _ask(device: Any, getter: str, arguments: Mapping[str, Any]) -> Answer:
    try:
        return Answer(getattr(device, getter)(**arguments))
    except NotImplementedError:
        return Answer(failed=f"the driver does not offer {getter}")
    except Exception as error:
        # A driver may fail in any way, and the other answers still count; but a lost session is the device's, not the getter's.
        if isinstance(error, (*lost(), ConnectionError, TimeoutError)):
            raise
        return Answer(failed=f"{getter} failed: {' '.join(str(error).split()) or type(error).__name__}")
