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

    folder = ROOT / "requirements"
    for source in sorted(folder.glob("*.in")):
        target = source.with_suffix(".txt")
        # What runs has the versions that the tests ran with; dev.in, which has all of run.in, is locked before it.
        held = ["--constraint", "requirements/dev.txt"] if source.name == "run.in" else []
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
        words = [*argv, "--upgrade", *held, str(source.relative_to(ROOT))]
        if run.apply:
            run.progress.phase(f"locking {source.name}")
            process.run([*words, "-o", str(target.relative_to(ROOT))], cwd=ROOT)
        else:
            run.print(" ".join(words))
    if not run.apply:
        run.print("nothing written; add --apply")


namespace = collection("deps", lock)
