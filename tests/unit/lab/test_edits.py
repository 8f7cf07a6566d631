"""A line changed on a host: only a whole line, never a comment, and back to the letter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lab import edits
from lab.edits import LineEdit
from lab.topology import Host, load
from muhtar.doors.process import Completed, run
from muhtar.errors import UsageError

TEXT = "http {\n    server_tokens off;\n\tinclude a/*.b;\n}\n"


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Host:
    """A host whose programs run here."""

    def inside(context: Any, host: Host, *argv: str, check: bool = True) -> Completed:
        del context, host
        return run(argv, check=check)

    monkeypatch.setattr(edits, "inside", inside)
    return load().host("web1")


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("server_tokens off;", "server_tokens on;", "http {\n    server_tokens on;\n\tinclude a/*.b;\n}\n"),
        ("include a/*.b;", "include c/[&].\\b;", "http {\n    server_tokens off;\n\tinclude c/[&].\\b;\n}\n"),
    ],
)
def test_the_line_is_changed_and_changed_back(tmp_path: Path, host: Host, old: str, new: str, changed: str) -> None:
    file = tmp_path / "nginx.conf"
    file.write_text(TEXT, encoding="utf-8")
    edit = LineEdit(str(file), old, new)
    context: Any = None
    edit.make(context, host)
    assert file.read_text(encoding="utf-8") == changed
    edit.make(context, host)
    assert file.read_text(encoding="utf-8") == changed
    assert edit.take_back(context, host)
    assert file.read_text(encoding="utf-8") == TEXT
    assert not edit.take_back(context, host)


@pytest.mark.parametrize("text", ["# server_tokens off;\n", "server_tokens off; # why not\n", "", None])
def test_a_file_without_the_line_is_refused_and_stays(tmp_path: Path, host: Host, text: str | None) -> None:
    file = tmp_path / "nginx.conf"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    edit = LineEdit(str(file), "server_tokens off;", "server_tokens on;")
    context: Any = None
    with pytest.raises(UsageError, match=r"web1:.*nginx.conf has no line 'server_tokens off;'") as caught:
        edit.make(context, host)
    assert "provision" in str(caught.value.mend)
    assert not edit.take_back(context, host)
    assert (file.read_text(encoding="utf-8") if file.exists() else None) == text
