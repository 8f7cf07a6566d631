"""A town on disk with registers as a test writes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from muhtar.settings import Site

__all__ = ["site", "write"]

CONTRACTS = """\
contracts:
  - {id: c-1, supplier: Supplier, kind: license, start: 2020-01-01}
  - {id: w-1, supplier: Supplier, kind: warranty, start: 2020-01-01, end: 2030-12-31}
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The town; it has contracts, and nothing else yet."""
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    folder = tmp_path / "inventories" / "town" / "registers"
    folder.mkdir(parents=True)
    (folder.parent / "hosts.yml").write_text("all: {}\n", encoding="utf-8")
    (folder / "contracts.yml").write_text(CONTRACTS, encoding="utf-8")
    return Site("town", root=tmp_path)


@pytest.fixture
def write(site: Site) -> Callable[..., None]:
    """Write registers of the town: `write(licenses=..., assets=...)`, text or bytes."""

    def into(**registers: str | bytes) -> None:
        for name, text in registers.items():
            site.register(name).write_bytes(text if isinstance(text, bytes) else text.encode())

    return into
