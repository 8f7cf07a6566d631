#!/usr/bin/python
"""Says which packages a host has, and what its logs tell of changes. Runs on the target, so it must not import muhtar."""

from __future__ import annotations

import gzip
import re
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: muhtar_packages
short_description: which packages are installed, and who changed what when
description:
  - Asks dpkg for the installed packages, and reads the logs of dpkg and apt from a moment on. Changes nothing, needs no root.
  - Times are seconds since 1970 by the host's own clock.
options:
  since:
    description: Changes before this moment are not told, in seconds since 1970.
    type: float
    default: 0
attributes:
  check_mode:
    support: full
"""

EXAMPLES = """
- name: Read what is installed
  muhtar_packages:
    since: 1790000000
"""

RETURN = """
told:
  description: >-
    clock is the moment of the look; packages maps name:architecture to the version; log has the changes in their
    order, each with when, action, package, before, after, by (who asked apt for it) and command.
  returned: always
  type: dict
"""

QUERY = ["dpkg-query", "--show", "--showformat", "${Package}:${Architecture}\\t${Version}\\t${db:Status-Status}\\n"]
DPKG = Path("/var/log")
APT = Path("/var/log/apt")
# More than a whole new release of the distribution changes.
MOST = 5000
GONE = {"not-installed", "config-files"}
ACTIONS = {"install", "upgrade", "remove", "purge"}
LINE = re.compile(r"(?P<when>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?P<action>\w+) (?P<package>\S+) (?P<before>\S+) (?P<after>\S+)")


def main() -> None:
    module = AnsibleModule(argument_spec={"since": {"type": "float", "default": 0}}, supports_check_mode=True)
    clock = time.time()
    code, out, err = module.run_command(QUERY, environ_update={"LC_ALL": "C.UTF-8"})
    packages = installed(out)
    if code or not packages:
        module.fail_json(msg=f"dpkg-query tells no installed package: {err.strip() or code}")
    module.exit_json(changed=False, told={"clock": clock, "packages": packages, "log": log(module.params["since"])})


def installed(out: str) -> dict[str, str]:
    """Name:architecture → version, of what is there, half installed or not. Of a removed one its configuration may be left."""
    rows = [line.split("\t") for line in out.splitlines()]
    return {name: version for name, version, status in rows if status not in GONE}


def log(since: float, dpkg: Path = DPKG, apt: Path = APT) -> list[dict[str, Any]]:
    """What dpkg did from that moment on, with who asked apt for it."""
    asked = list(sessions(texts(apt, "history.log*", since)))
    found = [event for text in texts(dpkg, "dpkg.log*", since) for event in events(text) if event["when"] >= since]
    found.sort(key=lambda event: event["when"])
    for event in found:
        session = next((one for one in asked if one["start"] <= event["when"] <= one["end"]), {})
        event |= {"by": session.get("by", ""), "command": session.get("command", "")}
    return found[-MOST:]


def texts(folder: Path, pattern: str, since: float) -> Iterator[str]:
    """The logs that were written to since then, rotated ones too. One that may not be read tells nothing."""
    for path in sorted(folder.glob(pattern)):
        try:
            if path.stat().st_mtime >= since:
                raw = path.read_bytes()
                yield (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", "replace")
        except (OSError, EOFError, zlib.error):
            continue


def events(text: str) -> Iterator[dict[str, Any]]:
    """Lines of dpkg.log that change something; its times are the host's local ones."""
    for match in map(LINE.match, text.splitlines()):
        when = moment(match["when"]) if match and match["action"] in ACTIONS else None
        if match and when is not None:
            # dpkg(1): where there is no version it says <none>.
            known = {key: "" if match[key] == "<none>" else match[key] for key in ("before", "after")}
            yield {"when": when, "action": match["action"], "package": match["package"], **known}


def sessions(found: Iterator[str]) -> Iterator[dict[str, Any]]:
    """Stanzas of apt's history.log. One without an end was cut off: it lasts until somebody looks."""
    for text in found:
        for stanza in text.split("\n\n"):
            fields = dict(line.split(": ", 1) for line in stanza.splitlines() if ": " in line)
            start, end = moment(fields.get("Start-Date", "")), moment(fields.get("End-Date", ""))
            if start is not None:
                yield {
                    "start": start,
                    "end": time.time() if end is None else end,
                    # `ali (1000)`: who called sudo. Without it root itself asked, or a timer.
                    "by": fields.get("Requested-By", "").partition(" ")[0],
                    "command": fields.get("Commandline", "")[:200],
                }


def moment(text: str) -> float | None:
    """Seconds since 1970; None for what is no moment, as in a line that was cut off."""
    try:
        return time.mktime(time.strptime(" ".join(text.split()), "%Y-%m-%d %H:%M:%S"))
    except ValueError:
        return None


if __name__ == "__main__":
    main()
