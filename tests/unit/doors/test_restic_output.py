"""restic's JSON, as version 0.18 prints it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from muhtar.doors.restic import output
from muhtar.errors import DoorError

STATUS = '{"message_type":"status","percent_done":0.25,"total_files":26,"files_done":6,"total_bytes":85660,"bytes_done":1533}'
SUMMARY = (
    '{"message_type":"summary","files_new":26,"data_added":96973,"data_added_packed":68641,"total_files_processed":26,'
    '"total_bytes_processed":85660,"snapshot_id":"cfd3194bcaee"}'
)
UNREAD = '{"message_type":"error","error":{"message":"open /etc/x: permission denied"},"during":"archival","item":"/etc/x"}'
LISTED = [
    {
        "time": "2026-11-22T21:43:44.576545789+03:00",
        "tree": "ec17",
        "paths": ["/etc"],
        "hostname": "web1",
        "tags": ["muhtar", "source:content"],
        "summary": {"total_files_processed": 3, "total_bytes_processed": 9},
        "id": "b" * 64,
    },
    {"time": "2026-11-21T00:00:00Z", "paths": None, "hostname": "web1", "id": "a" * 64},
]


def test_progress_and_other_lines() -> None:
    assert output.progress(STATUS) == output.Progress(0.25, 6, 1533, 26, 85660)
    later = STATUS.replace("}", ',"seconds_remaining":12}')
    assert output.progress(later) == output.Progress(0.25, 6, 1533, 26, 85660, 12.0)
    assert output.progress(SUMMARY) is None
    assert output.progress("not json") is None
    assert output.progress('{"message_type": "of a later version"}') is None


def test_summary() -> None:
    assert output.summary(f"{STATUS}\n{SUMMARY}\n") == output.Summary("cfd3194bcaee", 26, 85660, 68641)


@pytest.mark.parametrize("text", ["", STATUS, SUMMARY.replace('"cfd3194bcaee"', '""')])
def test_no_snapshot_named_is_an_error(text: str) -> None:
    with pytest.raises(DoorError):
        output.summary(text)


def test_snapshots_come_oldest_first_in_utc() -> None:
    old, new = output.snapshots(json.dumps(LISTED))
    assert (old.id, old.files, old.tags, old.paths) == ("a" * 64, 0, (), ())
    assert new.time == datetime(2026, 11, 22, 18, 43, 44, 576545, UTC)
    assert (old.original, new.copied_from, new.original) == ("a" * 64, None, "b" * 64)
    (copied,) = output.snapshots(json.dumps([{**LISTED[0], "original": "c" * 64}]))
    assert (copied.id, copied.original) == ("b" * 64, "c" * 64)
    assert (new.files, new.bytes, new.tag("source"), new.tag("run")) == (3, 9, "content", None)


@pytest.mark.parametrize("text", ["", "null", '{"a": 1}', '[{"id": "a"}]', '[{"id": "a", "time": "x", "hostname": "h"}]'])
def test_a_list_that_is_none_is_an_error(text: str) -> None:
    with pytest.raises(DoorError):
        output.snapshots(text)


def test_what_could_not_be_read() -> None:
    assert output.unread(f"warning\n{UNREAD}\n") == ["open /etc/x: permission denied"]


def test_last_words() -> None:
    assert output.last_words('x\n{"message_type":"exit_error","code":1,"message":"Fatal:\\nno"}\n') == "Fatal: no"
    assert output.last_words("one\ntwo\n") == "two"
    assert output.last_words("") == "it said nothing"
