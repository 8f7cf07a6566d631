"""Asterisk: its configuration starts a real Asterisk on a scratch host, in folders and in a network of its own."""

from __future__ import annotations

import json
import time

from muhtar.backup.drill.case import Case, Drilled, Sampled, UnusableError
from muhtar.doors.restic import Snapshot
from muhtar.doors.restic.contents import nodes
from muhtar.doors.restic.stream import stream
from muhtar.errors import DoorError

__all__ = ["ETC", "drill", "holds"]

ETC = "/etc/asterisk"
# Reads the folder as tar, starts Asterisk with it, asks it, ends it, removes all. Prints what it saw as JSON.
# A network namespace of its own, with the loopback alone in it: a drill must not register with the town's telephone provider.
_START = r"""
import json, pathlib, re, shutil, subprocess, sys, tempfile, time
room = pathlib.Path(tempfile.mkdtemp(prefix="muhtar-drill-asterisk-"))
seen = {"booted": False, "log": "", "version": "", "endpoints": 0, "declared": 0, "contexts": 0}
server = None
def folder(name):
    path = room / name
    path.mkdir(parents=True, exist_ok=True)
    return path
try:
    subprocess.run(["tar", "-x", "-C", str(room)], stdin=sys.stdin.buffer, check=True)
    etc = next(path.parent for path in room.rglob("asterisk.conf"))
    own = {"astetcdir": etc, "astmoddir": None}
    for key in ("varlib", "db", "key", "spool", "run", "log", "agi", "cache"):
        own[f"ast{key}dir"] = folder(key)
    text = (etc / "asterisk.conf").read_text(errors="replace")
    section, kept, modules, data = "", [], "", ""
    for line in text.splitlines():
        header = re.match(r"\s*\[([^\]]+)\]", line)
        section = header[1] if header else section
        if section == "directories":
            said = re.match(r"\s*(astmoddir|astdatadir)\s*=>?\s*([^;\s]+)", line)
            if said:
                own[said[1]] = said[2]
        # The account that it runs as on the PBX; here it can read only its own folders as root.
        elif not re.match(r"\s*(runuser|rungroup)\s*=", line):
            kept.append(line)
    lines = ["[directories]", *(f"{key} => {value}" for key, value in own.items() if value), *kept]
    main = room / "asterisk.conf"
    main.write_text("\n".join(lines) + "\n")
    for one in etc.rglob("pjsip*.conf"):
        seen["declared"] += len(re.findall(r"(?m)^\s*type\s*=\s*endpoint\b", one.read_text(errors="replace")))
    log = open(room / "console", "w+")
    alone = ["unshare", "--net", "--", "sh", "-c", 'ip link set lo up; exec "$@"', "alone"]
    words = [*alone, "asterisk", "-C", str(main), "-f", "-n"]
    began = time.monotonic()
    server = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    def ask(command):
        return subprocess.run(["asterisk", "-C", str(main), "-r", "-x", command], capture_output=True, text=True, timeout=20)
    while time.monotonic() < began + float(sys.argv[1]) and server.poll() is None:
        answer = ask("core show uptime")
        if answer.returncode == 0 and "uptime" in answer.stdout and ask("core waitfullybooted").returncode == 0:
            seen["booted"] = True
            break
        time.sleep(0.3)
    seen["seconds"] = time.monotonic() - began
    if seen["booted"]:
        seen["version"] = ask("core show version").stdout.strip().split("\n")[0]
        found = re.search(r"Objects found: (\d+)", ask("pjsip show endpoints").stdout)
        seen["endpoints"] = int(found[1]) if found else 0
        seen["contexts"] = len(re.findall(r"(?m)^\[ Context '", ask("dialplan show").stdout))
        ask("core stop now")
    log.flush()
    log.seek(0)
    seen["log"] = log.read()[-2000:]
finally:
    if server is not None:
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
    shutil.rmtree(room, ignore_errors=True)
print(json.dumps(seen))
"""
_BOOT = 90.0
_MEND = "look at the configuration on the PBX, mend it, back it up again"


def holds(case: Case, etc: str = ETC) -> Snapshot | None:
    """The snapshot of the source with a PBX's configuration in its folder `etc`, if one has."""
    for snapshot in case.run.snapshots:
        inside = any(path == etc or etc.startswith(f"{path.rstrip('/')}/") for path in snapshot.paths)
        if inside and any(
            node.path == f"{etc}/asterisk.conf" for node in nodes(case.restic, snapshot.id, etc, seconds=case.seconds)
        ):
            return snapshot
    return None


def drill(case: Case, etc: str = ETC) -> Drilled:
    """It starts, answers, and has the endpoints that are declared in it. Raises UnusableError where it does not start."""
    snapshot = holds(case, etc)
    if snapshot is None:
        raise UnusableError(f"there is no {etc}/asterisk.conf in it", mend=_MEND)
    began = time.monotonic()
    with case.scratch.host("asterisk") as machine:
        if machine.place is None:
            raise DoorError(f"{machine.name} is no host with a shell")
        words = ["python3", "-I", "-c", _START, str(_BOOT)]
        done = stream(case.restic, snapshot.id, etc, machine.place, words, seconds=case.seconds)
        seconds = time.monotonic() - began
    if done.returncode != 0:
        raise DoorError(f"{machine.name}: Asterisk could not be tried: {done.stderr.strip()[-400:]}", mend="see the log")
    try:
        seen = json.loads(done.stdout.strip().splitlines()[-1])
        booted, version = bool(seen["booted"]), str(seen["version"])
        endpoints, declared, contexts = int(seen["endpoints"]), int(seen["declared"]), int(seen["contexts"])
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise DoorError(f"{machine.name}: Asterisk could not be tried: {error}", mend="see the log") from error
    if not booted:
        last = " ".join(str(seen.get("log", "")).split())[-300:]
        raise UnusableError(f"Asterisk does not start with it: {last or 'it said nothing'}", mend=_MEND)
    sample = (
        Sampled("core show", version),
        Sampled("pjsip show endpoints", f"{endpoints} of {declared} declared", bool(endpoints) or not declared),
        Sampled("dialplan show", f"{contexts} contexts", bool(contexts)),
    )
    wrong = tuple(f"{one.name}: {one.found}" for one in sample if not one.equal)
    what = f"Asterisk accepts it: {endpoints} endpoints, {contexts} contexts"
    return Drilled(seconds, what, f"{machine.name}, {version.split(' built', maxsplit=1)[0]}", wrong, sample)
