"""./inv docs.*: the generated reference."""

from __future__ import annotations

from muhtar.cli.command import Run, collection, command


@command("docs.reference", site=False, report=False, help={"check": "write nothing; exit 2 where a page is out of date"})
def reference(run: Run, check: bool = False) -> int:
    """Write docs/reference/: tasks, checks and role variables.

    Example: ./inv docs.reference --check
    """
    import tasks
    from muhtar.exitcode import ExitCode
    from muhtar.quality.reference import pages
    from muhtar.settings import ROOT, atomic_write

    stale = []
    for path, text in pages(tasks.namespace).items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path.relative_to(ROOT)))
            if not check:
                with atomic_write(path) as stream:
                    stream.write(text)
    run.print(*(f"{'out of date' if check else 'written'}: {name}" for name in stale), f"{len(stale)} pages changed")
    return ExitCode.FINDINGS if check and stale else ExitCode.CLEAN


namespace = collection("docs", reference)
