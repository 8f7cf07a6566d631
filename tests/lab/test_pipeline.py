"""Pipelines carried out by gitlab-ci-local itself: one whose jobs do everything that a job can do wrong, and our own."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from muhtar.errors import DoorError
from muhtar.progress import NoProgress
from muhtar.quality.pipeline.run import run_pipeline
from muhtar.quality.pipeline.verdict import JobVerdict, Status
from muhtar.settings import ROOT
from muhtar.settings import home as real_home

QUIET = NoProgress()
JOBS = """\
stages: [check, publish]
variables: {GIT_CLEAN_FLAGS: -ffdx -e /kept/}

.job:
  stage: check
  allow_failure: {exit_codes: [2]}
  artifacts:
    when: always
    paths: [reports/]
    reports: {junit: "reports/*.xml", codequality: reports/quality.json}

fine:
  extends: .job
  script: ./job 0

findings:
  extends: .job
  script: ./job 2

incomplete:
  extends: .job
  script: ./job 3

silent:
  extends: .job
  script: test ! -e reports

scheduled:
  stage: check
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule" && $JOB == "drift"
  script: test "$MUHTAR_HOME" = "$WANTED"

later:
  stage: publish
  script: "true"

pages:
  stage: publish
  rules:
    - if: $CI_PIPELINE_SOURCE != "schedule" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
      when: always
  script:
    - test -s reports/quality.json
    - test "$(cat kept/count)" = 3
    - test "$(cat job.txt)" = changed
  after_script:
    - exit 4
"""
SCRIPT = """\
#!/bin/sh
mkdir -p reports kept
echo '<testsuites/>' > reports/job.xml
echo '[]' > reports/quality.json
echo $(($(cat kept/count 2>/dev/null || echo 0) + 1)) > kept/count
exit "$1"
"""


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with this machine's tools and Python environment, and nothing else of it."""
    folder = tmp_path_factory.mktemp("home")
    stamp = Path(sys.prefix) / ".muhtar-lock"
    if not stamp.is_file() or stamp.read_bytes() != (ROOT / "requirements" / "dev.txt").read_bytes():
        pytest.fail("the jobs would set this Python environment up anew, under our feet: start the tests by ./inv", pytrace=False)
    (real_home() / "tools").mkdir(parents=True, exist_ok=True)
    (folder / "tools").symlink_to(real_home() / "tools")
    (folder / "venv").symlink_to(sys.prefix)
    return folder


@pytest.fixture(autouse=True)
def home(state: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUHTAR_HOME", str(state))
    return state


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A checkout with a pipeline of its own; one of its files was changed since its commit."""
    folder = tmp_path / "town"
    folder.mkdir()
    (folder / ".gitlab-ci.yml").write_text(JOBS)
    (folder / "job").write_text(SCRIPT)
    (folder / "job").chmod(0o755)
    (folder / "job.txt").write_text("committed\n")
    git(folder, "init", "-q", "-b", "work")
    git(folder, "add", ".")
    git(folder, "-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qm", "x")
    (folder / "job.txt").write_text("changed\n")
    (folder / "new.txt").write_text("unknown to git\n")
    return folder


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True).stdout


def by_name(found: list[JobVerdict]) -> dict[str, tuple[Status, str]]:
    return {verdict.name: (verdict.status, verdict.closing) for verdict in found}


def test_every_way_in_which_a_job_can_end(town: Path) -> None:
    before = git(town, "status", "--porcelain")
    found, remarks = run_pipeline(QUIET, root=town)
    assert by_name(found) == {
        "fine": (Status.PASSED, "exit code 0; reports: junit, codequality"),
        "findings": (Status.WARNED, "exit code 2, which is allowed; reports: junit, codequality"),
        "incomplete": (Status.FAILED, "exit code 3; reports: junit, codequality"),
        # Were the checkout not cleaned, it would find the reports of the job before it.
        "silent": (Status.FAILED, "exit code 0; no junit report reports/*.xml; no codequality report reports/quality.json"),
        "later": (Status.NOT_RUN, "waited for incomplete"),
        # It runs whatever happened, has the artefacts of the jobs before, what is kept, and what was not committed.
        "pages": (Status.WARNED, "exit code 0; after_script ended with 4"),
    }
    assert remarks == ["not in the pipeline, for git does not know them: new.txt"]
    assert git(town, "status", "--porcelain") == before, "the checkout stays as it is"
    assert all(verdict.log and verdict.log.is_file() for verdict in found if verdict.status is not Status.NOT_RUN)


def test_a_scheduled_job_has_this_machine_s_state(town: Path, home: Path) -> None:
    found, _ = run_pipeline(QUIET, jobs=["scheduled"], schedule="drift", variables={"WANTED": str(home)}, root=town)
    assert by_name(found) == {"scheduled": (Status.PASSED, "exit code 0")}
    found, _ = run_pipeline(QUIET, jobs=["scheduled"], schedule="drift", variables={"WANTED": "another"}, root=town)
    assert by_name(found)["scheduled"][0] is Status.FAILED


def test_a_file_that_gitlab_would_not_take_is_an_error(town: Path) -> None:
    (town / ".gitlab-ci.yml").write_text("lint: {script: x, stage: nosuch}\n")
    with pytest.raises(DoorError, match="does not take"):
        run_pipeline(QUIET, root=town)


REGISTER = """\
licenses:
  - id: antivirus-servers
    product: Antivirus
    publisher: Somebody
    metric: device
    quantity: 100
    idle_percent: 100
    start: 2020-01-01
    end: {end}
    lead_time_days: 45
    owner_unit: access
    contract: c-1
    covers: {{groups: [{group}]}}
"""
CONTRACTS = "contracts:\n  - {id: c-1, supplier: Somebody, kind: license, start: 2020-01-01}\n"


@pytest.mark.parametrize(
    ("days", "group", "status", "closing"),
    [
        (400, "servers", Status.PASSED, "exit code 0; reports: junit, codequality"),
        (20, "servers", Status.WARNED, "exit code 2, which is allowed; reports: junit, codequality"),
        (400, "nosuch", Status.FAILED, "exit code 1; reports: junit, codequality"),
        (None, "servers", Status.FAILED, "exit code 1; no junit report reports/*.xml; no codequality report"),
    ],
    ids=["clean", "findings", "error", "broken register"],
)
def test_the_license_schedule_of_this_repository(days: int | None, group: str, status: Status, closing: str, home: Path) -> None:
    register = home / "sites" / "lab" / "registers" / "licenses.yml"
    register.parent.mkdir(parents=True, exist_ok=True)
    end = "soon" if days is None else str(datetime.now(UTC).date() + timedelta(days=days))
    register.write_text(REGISTER.format(end=end, group=group), encoding="utf-8")
    register.with_name("contracts.yml").write_text(CONTRACTS, encoding="utf-8")
    found, _ = run_pipeline(QUIET, jobs=["license"], schedule="license")
    assert by_name(found)["license"][0] is status
    assert by_name(found)["license"][1].startswith(closing)


def test_the_duty_schedule_publishes_a_page_for_each_schedule(home: Path) -> None:
    """What an earlier schedule published stays, and the front page names both."""
    (home / "pages").mkdir(exist_ok=True)
    (home / "pages" / "drift.html").write_text("<title>drift</title>", encoding="utf-8")
    found, _ = run_pipeline(QUIET, schedule="duty")
    assert {name: status for name, (status, _) in by_name(found).items()} == {"duty": Status.WARNED, "pages": Status.PASSED}
    public = home / "pipeline" / "checkout" / "public"
    assert {page.name for page in public.iterdir()} == {"index.html", "duty.html", "drift.html"}
    assert "drift.html" in (public / "index.html").read_text(encoding="utf-8")


def test_the_jobs_call_what_people_call() -> None:
    """The other jobs are the suites that this test belongs to: they are not run within it, but every command must be a task."""
    import yaml

    import tasks

    whole = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    lines = [
        line
        for job in whole.values()
        if isinstance(job, dict)
        for key in ("script", "after_script")
        for line in ([job[key]] if isinstance(job.get(key), str) else job.get(key, []))
    ]
    called = {line.split()[1] for line in lines if line.startswith("./inv ")}
    assert called <= set(tasks.namespace.task_names)
    assert {"lint", "test.unit", "test.molecule", "demo", "test.lab", "test.faults"} <= called
    assert {
        "backup.run",
        "backup.status",
        "drift.check",
        "license.audit",
        "warranty.audit",
        "duty.board",
        "report.index",
    } <= called
