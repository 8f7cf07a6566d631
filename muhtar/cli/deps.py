"""./inv deps.*: the locked Python packages."""

from __future__ import annotations

from muhtar.cli.command import Run, collection, command


@command("deps.lock", site=False, report=False, apply=True)
def lock(run: Run) -> None:
    """Lock requirements/*.in again, with hashes and without any registry's address.

    Example: ./inv deps.lock --apply
    """
    from muhtar.doors import process
    from muhtar.settings import ROOT

    for source in sorted((ROOT / "requirements").glob("*.in")):
        target = source.with_suffix(".txt")
        argv = [
            "uv",
            "pip",
            "compile",
            "-q",
            "--generate-hashes",
            "--no-emit-index-url",
            "--no-header",
            "--python-version",
            "3.11",
        ]
        words = [*argv, "--upgrade", str(source.relative_to(ROOT))]
        if run.apply:
            run.progress.phase(f"locking {source.name}")
            process.run([*words, "-o", str(target.relative_to(ROOT))], cwd=ROOT)
        else:
            run.print(" ".join(words))
    if not run.apply:
        run.print("nothing written; add --apply")


namespace = collection("deps", lock)
