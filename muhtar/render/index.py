"""The front page of a folder of HTML reports, for GitLab Pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment

__all__ = ["front_page"]

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Muhtar</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif }
body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
a:focus-visible { outline: 3px solid }
</style>
<h1>Reports</h1>
<ul>
{% for name in names %}<li><a href="{{ name | urlencode }}">{{ name }}</a></li>
{% endfor %}</ul>
</html>
"""


def front_page(pages: Sequence[Path]) -> str:
    """HTML that links these pages by name; each must lie in the folder of the front page."""
    environment = Environment(autoescape=True)
    return environment.from_string(_PAGE).render(names=sorted(page.name for page in pages))
