"""Real SIP phones (baresip) in the lab's container phone1: two of them register with the PBX, and one calls."""

from __future__ import annotations

import json
from dataclasses import dataclass

from lab.inside import inside
from tests.support.lab import Lab

__all__ = ["Call", "call", "record_of"]

_CONFIG = """\
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module aubridge.so
module_tmp account.so
module_app menu.so
sip_listen 0.0.0.0:{port}
audio_source aufile,{folder}/../tone.wav
audio_player aubridge,nobody
audio_alert aubridge,nobody
rtp_ports {rtp}
"""
# Passwords come in on stdin and go to files of root's alone: nothing of them stands in an argv.
_SCRIPT = """\
set -eu
umask 077
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 - "$folder/tone.wav" <<'END'
{tone}END
{phones}
baresip -f "$folder/{callee}" -t {callee_seconds} >"$folder/{callee}.log" 2>&1 </dev/null &
sleep 2
baresip -f "$folder/{caller}" -e "d {dialled}" -t {seconds} >"$folder/{caller}.log" 2>&1 </dev/null || true
wait
cat "$folder/{caller}.log" "$folder/{callee}.log"
"""
# A minute of 440 Hz, half as loud as can be.
_TONE = """\
import array, math, sys, wave
with wave.open(sys.argv[1], "wb") as file:
    file.setparams((1, 2, 8000, 0, "NONE", ""))
    file.writeframes(array.array("h", (int(16000 * math.sin(n * math.tau * 440 / 8000)) for n in range(480000))).tobytes())
"""
_PEAK = """\
import array, json, sys, wave
with wave.open(sys.argv[1]) as file:
    samples = array.array("h", file.readframes(file.getnframes()))
    print(json.dumps([len(samples) / file.getframerate(), max(map(abs, samples), default=0)]))
"""


@dataclass(frozen=True)
class Call:
    """What both phones said."""

    log: str

    @property
    def registered(self) -> int:
        """How many phones the PBX accepted."""
        return self.log.count("200 OK")

    @property
    def established(self) -> int:
        """How many phones had a call going."""
        return self.log.count("Call established")


def call(lab: Lab, dialled: str = "1002", *, seconds: int = 8, secrets: dict[str, str] | None = None) -> Call:
    """1001 calls `dialled` for some seconds while 1002 is there and answers; `secrets` in place of the right passwords."""
    known = {number: lab.secret("vault_pbx_extension_secrets", number) for number in ("1001", "1002")}
    phones = "\n".join(
        _phone(number, (secrets or known)[number], lab.address("pbx1"), port) for number, port in (("1001", 5070), ("1002", 5080))
    )
    script = _SCRIPT.format(
        tone=_TONE, phones=phones, caller="1001", callee="1002", dialled=dialled, seconds=seconds, callee_seconds=seconds + 4
    )
    host = lab.context.topology.host("phone1")
    return Call(inside(lab.context, host, "sh", "-s", stdin=script, timeout=seconds + 60).stdout)


def record_of(lab: Lab, path: str) -> tuple[float, int]:
    """Length in seconds and loudest sample (0 to 32767) of a recording on the PBX."""
    done = inside(lab.context, lab.context.topology.host("pbx1"), "python3", "-", path, stdin=_PEAK)
    length, peak = json.loads(done.stdout)
    return float(length), int(peak)


def _phone(number: str, secret: str, pbx: str, port: int) -> str:
    folder = f'"$folder/{number}"'
    config = _CONFIG.format(port=port, folder=f"$folder/{number}", rtp=f"{port * 2}-{port * 2 + 10}")
    account = f"<sip:{number}@{pbx}>;auth_user={number};auth_pass={secret};answermode=auto;regint=60"
    return f"mkdir {folder}\ncat >{folder}/config <<END\n{config}END\ncat >{folder}/accounts <<END\n{account}\nEND"
