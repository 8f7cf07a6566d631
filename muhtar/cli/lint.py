"""./inv lint: the quality gate."""

from __future__ import annotations

from muhtar.cli.command import Run, command


@command("lint", site=False, report=False, help={"fix": "let ruff mend what it can first"})
def lint(run: Run, fix: bool = False) -> int:
    """Run every linter: ruff, mypy --strict, yamllint, ansible-lint (production), shellcheck.

    Example: ./inv lint --fix
    """
    from muhtar.exitcode import ExitCode
    from muhtar.quality.gate import lint as gate

    results = gate(run.progress, fix=fix)
    for result in results:
        if not result.passed:
            run.print(f"\n== {result.name} ==", result.output)
    run.print(
        "", *(f"{'passed' if result.passed else 'FAILED':7} {result.name:13} {result.seconds:5.1f} s" for result in results)
    )
    return ExitCode.CLEAN if all(result.passed for result in results) else ExitCode.FINDINGS


top_level = (lint,)
