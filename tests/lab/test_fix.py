"""A finding on real servers, from the check that finds it to its mend: explained, mended alone, and gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab import faults
from muhtar.compared import compare
from muhtar.drift.check import check
from muhtar.drift.explain import explain
from muhtar.drift.fix import fix
from muhtar.history import History
from muhtar.history_past import Seen
from muhtar.outcome import Outcome, Status
from muhtar.progress import NoProgress
from muhtar.report import Report
from tests.support.lab import Lab

pytestmark = pytest.mark.lab

HOSTS = ("db1", "web1")
QUIET = NoProgress()


@pytest.fixture(autouse=True)
def broken(lab: Lab) -> Iterator[None]:
    """A line of nginx on web1 and one of the SSH server on db1 say something else than declared."""
    fault = faults.get("edited-file")
    for host in HOSTS:
        fault.inject(lab.context, host)
    yield
    for host in HOSTS:
        fault.mend(lab.context, host)


def looked(lab: Lab) -> Report:
    report = check(lab.site, only="servers", limit=",".join(HOSTS), progress=QUIET).build()
    History.open().record(report)
    return report


def findings(report: Report) -> dict[str, Outcome]:
    return {outcome.target: outcome for outcome in report.outcomes if outcome.status is Status.FINDING}


def test_one_of_two_findings_is_mended_and_the_other_is_left(lab: Lab) -> None:
    first = looked(lab)
    found = findings(first)
    assert {host: one.subject for host, one in found.items()} == {
        "db1": "base: Harden the SSH server",
        "web1": "web: Configure nginx",
    }
    known = explain(lab.site, found["web1"].id)
    assert "Configure nginx" in known.lines[0][1]
    assert known.fix is not None
    assert "role web on web1 alone" in known.fix

    shown = fix(lab.site, found["web1"].id, apply=False, progress=QUIET).build()
    assert [(one.subject, one.status) for one in shown.outcomes] == [("web: Configure nginx", Status.FINDING)]
    assert "server_tokens on" in lab.inside("web1", "cat", "/etc/nginx/nginx.conf").stdout, "nothing was changed yet"

    done = fix(lab.site, found["web1"].id, apply=True, progress=QUIET).build()
    assert [one.status for one in done.outcomes] == [Status.OK]
    assert "server_tokens off" in lab.inside("web1", "cat", "/etc/nginx/nginx.conf").stdout
    assert "PasswordAuthentication yes" in lab.inside("db1", "cat", "/etc/ssh/sshd_config.d/10-muhtar.conf").stdout

    again = looked(lab)
    told = compare(again, first, lambda _: set())
    assert [one.target for one in told.fixed] == ["web1"]
    assert [one.target for one in told.unchanged] == ["db1"]
    assert explain(lab.site, found["web1"].id).past.now is Seen.GONE
