"""Running a suite: a failure is one, an empty suite proves nothing, and a second try is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from muhtar.quality import suites
from muhtar.quality.suites import Suite, pytest_suite


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUHTAR_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(suites, "ROOT", tmp_path)
    (tmp_path / "t").mkdir()
    return tmp_path


def write(folder: Path, body: str) -> None:
    (folder / "t" / "test_it.py").write_text(f"from pathlib import Path\n\ndef test_ok(): pass\n\ndef test_it():\n    {body}\n")


FLAKY = "seen = Path(__file__).with_name('seen'); was = seen.exists(); seen.touch(); assert was"


def test_a_passing_suite(folder: Path) -> None:
    write(folder, "pass")
    result = pytest_suite(Suite("x", ("t",), needs_lab=False))
    assert result.passed
    assert "2 passed" in result.closing


def test_an_empty_suite_is_no_pass(folder: Path) -> None:
    assert not pytest_suite(Suite("x", ("t",), needs_lab=True)).passed


def test_only_lab_suites_get_a_second_try_and_say_so(folder: Path) -> None:
    write(folder, FLAKY)
    result = pytest_suite(Suite("x", ("t",), needs_lab=True))
    assert result.passed
    assert "1 failed" in result.closing
    assert "second try: 1 passed" in result.closing
    (folder / "t" / "seen").unlink()
    assert not pytest_suite(Suite("x", ("t",), needs_lab=False)).passed


def test_what_fails_twice_failed(folder: Path) -> None:
    write(folder, "assert False")
    assert not pytest_suite(Suite("x", ("t",), needs_lab=True)).passed
