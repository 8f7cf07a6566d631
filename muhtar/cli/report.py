"""./inv report.*: stored reports drawn again, shards joined, the published schema."""

from __future__ import annotations

from muhtar.cli.command import Run, collection, command

__all__ = ["namespace"]


@command("report.render", positional=("file",), help={"file": "a JSON report, as --out json=FILE wrote it"})
def render(run: Run, file: str) -> int:
    """Draw a stored JSON report again, in any format; the exit code is that of the report.

    Example: ./inv report.render drift.json --lang tr --out html=drift.html
    """
    from pathlib import Path

    from muhtar.cli._show import show
    from muhtar.stored import read_report

    return show(run, read_report(Path(file)))


@command("report.merge", positional=("files",), help={"files": "JSON reports: a quoted pattern, or names with commas between"})
def merge(run: Run, files: str) -> int:
    """Join the reports of a run's shards into one; 3 where the report of a shard is missing.

    Example: ./inv report.merge 'shards/*.json' --out json=drift.json --out junit=drift.xml
    """
    from muhtar.cli._show import show
    from muhtar.stored import find_reports, join, read_report

    return show(run, join([read_report(path) for path in find_reports(files)]))


@command("report.schema", site=False, report=False, help={"write": "write it to docs/reference/report.schema.json"})
def schema(run: Run, write: bool = False) -> None:
    """Print the JSON Schema of stored reports.

    Example: ./inv report.schema --write
    """
    from muhtar.render.schema import PUBLISHED, text
    from muhtar.settings import atomic_write

    if not write:
        run.print(text())
        return
    with atomic_write(PUBLISHED) as stream:
        stream.write(text())
    run.print(f"written: {PUBLISHED}")


@command("report.index", site=False, report=False, positional=("folder",), help={"folder": "the folder with the HTML reports"})
def index(run: Run, folder: str) -> None:
    """Write the front page, index.html, of a folder of HTML reports.

    Example: ./inv report.index public
    """
    from pathlib import Path

    from muhtar.errors import UsageError
    from muhtar.render.index import front_page
    from muhtar.settings import atomic_write

    pages = [page for page in Path(folder).glob("*.html") if page.name != "index.html"]
    if not pages:
        raise UsageError("there is no HTML report to link to", path=folder, mend="write some first: --out html=FOLDER/drift.html")
    with atomic_write(Path(folder) / "index.html") as stream:
        stream.write(front_page(pages))
    run.print(f"{folder}/index.html links {len(pages)} reports")


namespace = collection("report", render, merge, schema, index)
