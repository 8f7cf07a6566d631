"""The quality gate: every linter over every file that git knows, all results before the verdict."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from muhtar.doors import process
from muhtar.errors import MuhtarError
from muhtar.progress import Progress
from muhtar.settings import ROOT

__all__ = ["LintResult", "lint"]


@dataclass(frozen=True)
class LintResult:
    """One linter's verdict; `output` is what it said, shown when it is not content."""

    name: str
    passed: bool
    output: str
    seconds: float


def lint(progress: Progress, *, fix: bool = False) -> list[LintResult]:
    """Run ruff (check and format), mypy --strict, yamllint, ansible-lint (profile production) and shellcheck.

    `fix` lets ruff mend what it can first. Raises DoorError where a linter cannot be started.
    """
    if fix:
        process.run(["ruff", "check", "--fix", "-q", "."], cwd=ROOT, check=False)
        process.run(["ruff", "format", "-q", "."], cwd=ROOT, check=False)
    scripts = _scripts()
    jobs: dict[str, list[str]] = {
        "mypy": ["mypy"],
        "ansible-lint": ["ansible-lint", "--offline", "-q", "--profile", "production"],
        "ruff": ["ruff", "check", "."],
        "format": ["ruff", "format", "--check", "-q", "."],
        "yamllint": ["yamllint", "--strict", "."],
        "shellcheck": ["shellcheck", *scripts],
    }
    progress.phase("lint", total=len(jobs))

    def one(name: str) -> LintResult:
        result = _run(name, jobs[name])
        progress.step(name, "" if result.passed else "not content", "ok" if result.passed else "finding")
        return result

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(_keep(one), jobs))


def _keep(function: Callable[[str], LintResult]) -> Callable[[str], LintResult]:
    def wrapped(name: str) -> LintResult:
        try:
            return function(name)
        except MuhtarError as error:
            return LintResult(name, passed=False, output=str(error), seconds=0)

    return wrapped


def _run(name: str, argv: list[str]) -> LintResult:
    done = process.run(
        argv, cwd=ROOT, check=False, timeout=900, env={"NO_COLOR": "1", "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")}
    )
    return LintResult(name, done.returncode == 0, (done.stdout + done.stderr).strip(), done.duration)


def _scripts() -> list[str]:
    """Shell scripts that git knows: by ending, or by their first line."""
    listed = process.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT).stdout.splitlines()
    found = []
    for name in listed:
        path = ROOT / name
        if not path.is_file() or path.suffix not in {"", ".sh"}:
            continue
        with path.open("rb") as stream:
            first = stream.readline(80)
        if first.startswith((b"#!/bin/sh", b"#!/usr/bin/env bash", b"#!/bin/bash", b"#!/usr/bin/env sh")):
            found.append(name)
    return found
