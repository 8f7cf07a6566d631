"""The front page of a folder of reports."""

from __future__ import annotations

from pathlib import Path

from muhtar.render.index import front_page


def test_every_page_is_linked_in_order_and_escaped() -> None:
    page = front_page([Path("public/drift.html"), Path("public/a b<c.html")])
    assert page.index("a%20b%3Cc.html") < page.index('href="drift.html"')
    assert "b<c" not in page
