"""The papers of a purchase list put into a folder: all of them made first, then each written whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from muhtar.errors import UsageError
from muhtar.procurement.documents.forms import file_name
from muhtar.procurement.model import Purchase
from muhtar.settings import atomic_write_bytes, home

__all__ = ["Written", "default_folder", "prepared", "write"]


@dataclass(frozen=True)
class Written:
    """What was written, and specifications of the same year that an earlier list left there and this one does not have."""

    paths: tuple[Path, ...]
    left: tuple[Path, ...]


def default_folder(site_name: str) -> Path:
    """`<home>/procurement/<site>/`."""
    return home() / "procurement" / site_name


def prepared(folder: Path) -> Path:
    """The folder, made where it is not there yet. Raises UsageError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        mend = "name a folder that you may write to: --out-dir papers"
        raise UsageError(f"is no folder for papers: {error.strerror}", path=folder, mend=mend) from error
    return folder


def write(purchase: Purchase, folder: Path) -> Written:
    """The list as CSV and XLSX, and a specification for each directorate that has a line on it."""
    from muhtar.procurement.documents.separated import separated
    from muhtar.procurement.documents.specification import specification
    from muhtar.procurement.documents.workbook import workbook

    about = purchase.about
    whose = f"-{file_name(about.directorate)}" if about.directorate else ""
    made = {
        f"satin-alma-{about.year}{whose}.csv": separated(purchase),
        f"satin-alma-{about.year}{whose}.xlsx": workbook(purchase),
    }
    for directorate in dict.fromkeys(line.directorate for line in purchase.lines):
        name = f"teknik-sartname-{about.year}-{file_name(directorate)}.docx"
        while name in made:
            name = f"{name.removesuffix('.docx')}-2.docx"
        made[name] = specification(purchase, directorate)
    for name, content in made.items():
        # The estimated cost is confidential (law 4734, article 9); a specification is for everybody.
        atomic_write_bytes(folder / name, content, 0o644 if name.endswith(".docx") else 0o600)
    left = () if about.directorate else sorted(folder.glob(f"teknik-sartname-{about.year}-*.docx"))
    return Written(tuple(folder / name for name in made), tuple(path for path in left if path.name not in made))
