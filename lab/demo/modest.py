"""The demo for a machine without containers: what is left is simulated devices, registers and reports."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.demo.chapter import expect_clean, expect_findings_of
from lab.demo.loopback import switches
from lab.overlay.registers import write_register
from muhtar.progress import Progress
from muhtar.report import Report
from muhtar.settings import Site, home

__all__ = ["tell"]

# Days until the antivirus ends: less than its lead time.
_TOO_SOON = 20


def tell(progress: Progress) -> list[str]:
    """Run what needs no container; returns a line for each thing done. Raises DemoError where something disappoints."""
    from muhtar.drift.network import check
    from muhtar.inventory import Inventory
    from muhtar.license.audit import audit
    from muhtar.network.apply import apply

    with _own_home() as folder, switches() as names:
        site = Site("lab")
        limit = ",".join(names)
        said = [f"inventory: {len(Inventory.load(site).hosts)} hosts, by ansible-core's own loader"]
        applied = apply(site, limit=limit, progress=progress).build()
        expect_clean(applied)
        said.append(f"network: {limit} (simulated, on loopback) configured with a revert timer, then confirmed")
        expect_clean(check(site, limit=limit, progress=progress).build())
        said.append("drift: their running configs are as intended")
        expect_clean(audit(site, progress=progress).build())
        write_register(site.overlay, "licenses", antivirus_ends_in=_TOO_SOON)
        late = audit(site, progress=progress).build()
        expect_findings_of(late, "license.expiry", 1)
        said.append("licenses: all in term; one made to end before its lead time was found, exit code 2")
        said.append(f"report: {_page(late, folder)}")
    return said


@contextmanager
def _own_home() -> Iterator[Path]:
    """A state folder of this demo's own: its loopback overlay must not become the lab's. Yields where pages are kept."""
    kept = home() / "reports" / "lab"
    before = os.environ.get("MUHTAR_HOME")
    with tempfile.TemporaryDirectory(prefix="muhtar-demo-") as folder:
        os.environ["MUHTAR_HOME"] = folder
        try:
            yield kept
        finally:
            if before is None:
                del os.environ["MUHTAR_HOME"]
            else:
                os.environ["MUHTAR_HOME"] = before


def _page(report: Report, folder: Path) -> Path:
    from muhtar.render import render
    from muhtar.render.context import Context
    from muhtar.settings import atomic_write

    path = folder / "demo-modest.html"
    with atomic_write(path) as stream:
        stream.write(render("html", report, Context()))
    return path
