#!/usr/bin/python
"""Compares Asterisk's call records with its recordings. Runs on the PBX, so it must not import muhtar."""

from __future__ import annotations

import csv
import gzip
import io
import re
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: muhtar_recordings
short_description: say which calls have no recording, and which recordings are kept too long
description:
  - Reads call records (CSV as cdr_csv writes it) and the names, sizes and times of recordings. Changes nothing.
  - A call and its recording know each other by the call's unique id, which stands in the recording's name.
options:
  records:
    description: Folder of the call records; Master.csv and what was rotated away from it (.1, .2.gz, ...) are read.
    type: path
    required: true
  recordings:
    description: Folder of the recordings.
    type: path
    required: true
  numbers:
    description: Numbers whose answered calls must be recorded.
    type: list
    elements: str
    required: true
  days:
    description: Calls of so many days are looked at; 0 means all.
    type: int
    required: true
  days_maximum:
    description: Recordings that are older by more than a day are too old; 0 means that none is.
    type: int
    required: true
attributes:
  check_mode:
    support: full
"""

EXAMPLES = """
- name: Look
  muhtar_recordings:
    records: /var/log/asterisk/cdr-csv
    recordings: /var/spool/asterisk/monitor
    numbers: ["1001"]
    days: 30
    days_maximum: 90
"""

RETURN = """
told:
  description: How many calls and recordings there are, which calls lack one, which recordings are empty or too old.
  returned: always
  type: dict
"""

DAY = 86400.0
# Columns of cdr_csv, in its order; see Asterisk's cdr.conf.
SOURCE, DIALLED, TO, APPLICATION, BILLED, DISPOSITION, ID = 1, 2, 6, 7, 13, 14, 16
# Two sides speak in these; what voicemail or the echo answers is no call between people.
TALKS = frozenset({"Dial", "Queue"})
UNIQUE = re.compile(r"(?:^|-)(\d{9,}\.\d+)$")
# A WAV file without a sample is its header.
EMPTY = 44


class Call(NamedTuple):
    """A call that was talked in: seconds since 1970, who called, what was dialled, for how many seconds, the unique id."""

    began: float
    source: str
    dialled: str
    seconds: int
    unique: str


def main() -> None:
    spec = {
        "records": {"type": "path", "required": True},
        "recordings": {"type": "path", "required": True},
        "numbers": {"type": "list", "elements": "str", "required": True},
        "days": {"type": "int", "required": True},
        "days_maximum": {"type": "int", "required": True},
    }
    module = AnsibleModule(argument_spec=spec, supports_check_mode=True)
    records, recordings = Path(module.params["records"]), Path(module.params["recordings"])
    for folder in (records, recordings):
        if not folder.is_dir():
            module.fail_json(msg=f"there is no folder {folder}")
    try:
        found = compared(records, recordings, module.params, time.time())
    except (OSError, ValueError, EOFError) as error:
        module.fail_json(msg=f"call records or recordings cannot be read: {error}")
    module.exit_json(changed=False, told=found)


def compared(records: Path, recordings: Path, wanted: dict[str, Any], now: float) -> dict[str, Any]:
    since = now - wanted["days"] * DAY if wanted["days"] else 0.0
    too_old = now - (wanted["days_maximum"] + 1) * DAY if wanted["days_maximum"] else 0.0
    files = {path: path.stat() for path in sorted(recordings.rglob("*.wav"))}
    known = {match[1] for path, about in files.items() if about.st_size > EMPTY and (match := UNIQUE.search(path.stem))}
    logs = sorted(records.glob("Master.csv*"))
    calls = {call.unique: call for log in logs for call in talks(log, wanted["numbers"]) if call.began >= since}
    return {
        "records": len(logs),
        "calls": len(calls),
        "recordings": len(files),
        "unrecorded": [list(call) for unique, call in sorted(calls.items()) if unique not in known],
        "empty": [path.name for path, about in files.items() if about.st_size <= EMPTY],
        "too_old": [about.st_mtime for about in files.values() if about.st_mtime < too_old],
    }


def talks(log: Path, numbers: Collection[str]) -> Iterator[Call]:
    """The calls of one log that must have been recorded."""
    raw = gzip.decompress(log.read_bytes()) if log.suffix == ".gz" else log.read_bytes()
    # What follows the last line's end is being written right now.
    with io.StringIO(raw[: raw.rfind(b"\n") + 1].decode("utf-8", errors="replace")) as stream:
        for number, row in enumerate(csv.reader(stream), 1):
            if len(row) <= ID:
                msg = f"{log} line {number} has {len(row)} columns: is loguniqueid set?"
                raise ValueError(msg)
            unique = UNIQUE.search(row[ID])
            talked = row[DISPOSITION] == "ANSWERED" and row[TO] and row[APPLICATION] in TALKS and int(row[BILLED] or 0) > 0
            if talked and unique and row[DIALLED] in numbers:
                yield Call(float(unique[1]), row[SOURCE], row[DIALLED], int(row[BILLED]), unique[1])


if __name__ == "__main__":
    main()
