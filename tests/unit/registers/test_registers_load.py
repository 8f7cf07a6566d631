"""Registers: every mistake at once, each with file, line, key and mend; nothing misread in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from muhtar.errors import RegisterError
from muhtar.registers.fields import Count, Day, Days, Size
from muhtar.registers.load import intent_of, load_register, load_with_lines
from muhtar.settings import ROOT


class Files(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["files"]
    paths: list[str]


class Database(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["database"]
    name: str


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    quantity: Count | None = None
    start: Day | None = Field(default=None, description="the first day, YYYY-MM-DD")
    lead: Days | None = None
    word: str | None = None
    source: Annotated[Files | Database, Field(discriminator="kind")] | None = None


class Register(BaseModel):
    model_config = ConfigDict(extra="forbid")
    things: list[Entry]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "things.yml"


def refused(file: Path) -> RegisterError:
    with pytest.raises(RegisterError) as caught:
        load_register(file, Register)
    return caught.value


def problems(file: Path, text: str | bytes) -> list[tuple[int | None, str | None, str]]:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    error = refused(file)
    assert error.path == str(file)
    for problem in error.problems:
        assert problem.path == str(file)
        assert problem.mend or "input should be" in problem.message
    return [(problem.line, problem.key, problem.message) for problem in error.problems] or [
        (error.line, error.key, error.message)
    ]


def test_a_good_register_is_its_model(file: Path) -> None:
    file.write_text("things:\n  - {id: a, quantity: 3, start: 2024-02-29}\n  - id: b\n    word: no\n", encoding="utf-8")
    register, document = load_with_lines(file, Register)
    assert register.things[0].start is not None
    assert register.things[0].start.isoformat() == "2024-02-29"
    assert register.things[1].word == "no", "a word, not the boolean of YAML 1.1"
    assert intent_of(document, ("things", 1)).line == 3


def test_all_mistakes_are_told_at_once_in_order_with_their_lines(file: Path) -> None:
    text = (
        "things:\n  - id: a\n    quantity: 0\n  - quantity: 2\n    strat: 2024-01-01\n  - id: c\n    start: 2023-02-29\nmore: 1\n"
    )
    found = problems(file, text)
    assert [(line, key) for line, key, _ in found] == [
        (3, "things[0].quantity"),
        (4, "things[1].id"),
        (5, "things[1].strat"),
        (7, "things[2].start"),
        (8, "more"),
    ]
    assert "no such day" in found[3][2]
    file_text = str(refused(file))
    assert f"{file}:5 [things[1].strat]: unknown key 'strat'" in file_text
    assert "did you mean 'start'?" in file_text


def test_a_key_given_twice_is_refused_with_both_lines(file: Path) -> None:
    assert problems(file, "things:\n  - id: a\n    word: x\n    word: y\n") == [
        (4, "things[0].word", "the key 'word' is given twice (first on line 3)")
    ]


def test_a_key_given_twice_does_not_hide_other_mistakes(file: Path) -> None:
    found = problems(file, "things:\n  - id: a\n    word: x\n    word: y\n  - id: b\n    quantity: -1\n")
    assert [(line, key) for line, key, _ in found] == [(4, "things[0].word"), (6, "things[1].quantity")]


def test_an_id_given_twice_is_refused_beside_other_mistakes(file: Path) -> None:
    found = problems(file, "things:\n  - id: a\n  - id: a\n    word: [1]\n")
    assert found[0] == (3, "things[1].id", "the id 'a' is taken already (line 2)")
    assert found[1][:2] == (4, "things[1].word")


@pytest.mark.parametrize(
    "value", ["20270131", "1798675200", "2027-1-31", "31.01.2027", "2027-01-31T00:00:00", "1989-12-31", "2200-01-01", "true"]
)
def test_a_day_is_a_day_or_a_mistake(file: Path, value: str) -> None:
    ((line, key, message),) = problems(file, f"things:\n  - id: a\n    start: {value}\n")
    assert (line, key) == (3, "things[0].start")
    assert "YYYY-MM-DD" in message or "between" in message


@pytest.mark.parametrize("value", ["true", '"3"', "3.0", "-1", "0", "1_000", "0x10", "3:30"])
def test_a_count_is_a_whole_number_and_nothing_that_looks_like_one(file: Path, value: str) -> None:
    ((line, key, _),) = problems(file, f"things:\n  - id: a\n    quantity: {value}\n")
    assert (line, key) == (3, "things[0].quantity")


def test_a_number_where_a_word_belongs_says_to_quote_it(file: Path) -> None:
    file.write_text("things:\n  - id: 9\n", encoding="utf-8")
    error = refused(file)
    assert error.problems[0].mend == "quote it: id: '9'"


def test_a_mistake_within_one_of_several_kinds_still_has_its_line(file: Path) -> None:
    text = "things:\n  - id: a\n    source:\n      kind: files\n      paths: [a]\n      nmae: x\n"
    ((line, _, message),) = problems(file, text)
    assert (line, message) == (6, "unknown key 'nmae'")


def test_a_byte_order_mark_is_named(file: Path) -> None:
    ((line, _, message),) = problems(file, b"\xef\xbb\xbfthings: []\n")
    assert (line, message) == (1, "starts with a byte order mark")


def test_windows_1254_is_recognised_with_the_line(file: Path) -> None:
    ((line, _, message),) = problems(file, "things:\n  - id: a\n    word: İşletim sistemi\n".encode("cp1254"))
    assert line == 3
    assert "Windows-1254" in message


@pytest.mark.parametrize("text", ["things: [\n", "things:\n\t- id: a\n", "a: b: c\n", "- *nobody\n", "\x00\n"])
def test_what_is_not_yaml_is_a_mistake_of_the_file(file: Path, text: str) -> None:
    assert "is not YAML" in problems(file, text)[0][2]


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_an_empty_file_is_not_an_empty_register(file: Path, text: str) -> None:
    assert problems(file, text)[0][2] == "is empty"


def test_a_missing_file_is_named(file: Path) -> None:
    with pytest.raises(RegisterError, match="there is no such register"):
        load_register(file, Register)


@pytest.mark.parametrize("text", ["things: &a [*a]\n", "things:\n  - &b\n    id: a\n    <<: *b\n"])
def test_a_document_within_itself_ends_in_an_error(file: Path, text: str) -> None:
    assert "refers to itself" in problems(file, text)[0][2]


@pytest.mark.parametrize(
    "line", ["password: hunter2hunter2", "api_token: hunter2hunter2", "Parola: hunter2hunter2", "word: !vault hunter2hunter2"]
)
def test_secrets_have_no_place_in_a_register_and_are_not_repeated(file: Path, line: str) -> None:
    file.write_text(f"things:\n  - id: a\n    {line}\n", encoding="utf-8")
    text = str(refused(file))
    assert "registers hold no secrets" in text
    assert "hunter2" not in text


def test_the_intent_of_a_file_in_the_repository_is_relative_to_it() -> None:
    model, document = load_with_lines(ROOT / "tests/unit/data/things.yml", Register)
    assert model.things[0].id == "a"
    assert str(intent_of(document, ("things", 0))) == "tests/unit/data/things.yml:2"


class Sized(BaseModel):
    size: Size


@pytest.mark.parametrize(("text", "size"), [("20 MB", 20_000_000), ("1.5 kB", 1500), ("3B", 3), ("2 TB", 2 * 10**12), ("0 B", 0)])
def test_a_size_is_its_bytes(text: str, size: int, tmp_path: Path) -> None:
    path = tmp_path / "sized.yml"
    path.write_text(f"size: {text}\n")
    assert load_register(path, Sized).size == size


@pytest.mark.parametrize("text", ["20", "20 MiB", "MB", "-1 MB", "1,5 MB", "20 mb", "true"])
def test_a_size_without_its_unit_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "sized.yml"
    path.write_text(f"size: {text}\n")
    with pytest.raises(RegisterError, match="with its unit"):
        load_register(path, Sized)
