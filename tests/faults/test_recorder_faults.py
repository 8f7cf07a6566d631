"""A real recorder that hangs, refuses us, or keeps one thing to itself: each has its status, and nothing unseen is clean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

import nornir_tasks.connections.zoneminder as zoneminder
from lab.context import Context
from lab.inside import inside
from muhtar.drift import video
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.settings import Site
from tests.support.cameras import running_lab

pytestmark = [pytest.mark.lab, pytest.mark.faults]

DENY = "/etc/apache2/conf-enabled/zz-fault.conf"


@pytest.fixture(scope="module")
def context() -> Context:
    return running_lab()


def shell(context: Context, script: str) -> None:
    inside(context, context.topology.host("nvr1"), "sh", "-c", script)


def check() -> dict[tuple[str, str], Outcome]:
    found = video.check(Site.open("lab"), progress=NoProgress()).build().outcomes
    return {(outcome.check, outcome.subject): outcome for outcome in found}


@contextmanager
def denied(context: Context, *paths: str) -> Iterator[None]:
    """Apache answers these paths of the API with 403."""
    blocks = "\\n".join(f'<LocationMatch "{path}">\\nRequire all denied\\n</LocationMatch>' for path in paths)
    # Included within the site: its own access rules come later in the file, and `Location` outweighs directories.
    shell(context, f"printf '{blocks}\\n' > {DENY} && systemctl reload apache2")
    try:
        yield
    finally:
        shell(context, f"rm -f {DENY} && systemctl reload apache2")


def test_what_a_recorder_refuses_is_unchecked_and_the_rest_is_looked_at(context: Context) -> None:
    with denied(context, "^/zm/api/host/getDiskPercent", "^/zm/api/host/getVersion"):
        found = check()
    bad = {key: outcome.status for key, outcome in found.items() if outcome.status is not Status.OK}
    assert bad == {("video.disk", ""): Status.UNCHECKED, ("video.firmware", ""): Status.UNCHECKED}
    assert "403" in found["video.disk", ""].summary
    assert {outcome.status for outcome in check().values()} == {Status.OK}


def test_a_recorder_that_hangs_is_unchecked_in_everything_that_it_is_asked(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zoneminder, "TIMEOUT", httpx.Timeout(4.0))
    shell(context, "pkill -STOP apache2")
    try:
        found = check()
    finally:
        shell(context, "pkill -CONT apache2")
    assert {outcome.status for outcome in found.values()} == {Status.UNCHECKED}
    assert {outcome.status for outcome in check().values()} == {Status.OK}


def test_a_recorder_that_refuses_our_password_is_unchecked(context: Context) -> None:
    shell(
        context,
        "mariadb zm -e \"CREATE OR REPLACE TABLE FaultUsers AS SELECT Id, Password FROM Users; UPDATE Users SET Password = '-'\"",
    )
    try:
        found = check()
    finally:
        mend = "UPDATE Users JOIN FaultUsers USING (Id) SET Users.Password = FaultUsers.Password; DROP TABLE FaultUsers"
        shell(context, f'mariadb zm -e "{mend}"')
    assert {outcome.status for outcome in found.values()} == {Status.UNCHECKED}
    assert "refuses us" in found["drift.video", ""].summary
    assert len(found) == 7
