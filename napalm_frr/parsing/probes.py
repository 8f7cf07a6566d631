"""What Linux's ping and traceroute say."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["ping", "traceroute"]

# An address that answered, or the time that it took, or nobody.
_WORD = re.compile(r"(?P<rtt>[\d.]+) ms|(?P<address>[\d.]+|[0-9a-fA-F:]*:[0-9a-fA-F:]+)(?=\s)|(?P<nobody>\*)")


def ping(output: str, destination: str) -> dict[str, Any]:
    """NAPALM's result of a ping, times in milliseconds; `{"error": text}` where none was sent."""
    counts = re.search(r"(\d+) packets transmitted, (\d+) (?:packets )?received", output)
    if not counts:
        return {"error": output.strip() or "ping said nothing"}
    sent, received = int(counts[1]), int(counts[2])
    spread = re.search(r"= ([\d.]+)/([\d.]+)/([\d.]+)/([\d.]+)", output)
    least, mean, most, deviation = (float(part) for part in spread.groups()) if spread else (0.0, 0.0, 0.0, 0.0)
    return {
        "success": {
            "probes_sent": sent,
            "packet_loss": sent - received,
            "rtt_min": least,
            "rtt_max": most,
            "rtt_avg": mean,
            "rtt_stddev": deviation,
            "results": [{"ip_address": destination, "rtt": float(rtt)} for rtt in re.findall(r"time=([\d.]+)", output)],
        }
    }


def traceroute(output: str) -> dict[str, Any]:
    """NAPALM's result of `traceroute -n`, times in milliseconds; a probe that nobody answered has the address `*`.

    `{"error": text}` where no way was looked for.
    """
    hops: dict[int, dict[str, Any]] = {}
    for line in output.splitlines():
        found = re.match(r"\s*(\d+)\s+(.*)", line)
        if not found:
            continue
        probes: dict[int, dict[str, Any]] = {}
        address = "*"
        for word in _WORD.finditer(f"{found[2]} "):
            if word["address"]:
                address = word["address"]
            else:
                who = "*" if word["nobody"] else address
                probes[len(probes) + 1] = {"rtt": float(word["rtt"] or 0), "ip_address": who, "host_name": who}
        hops[int(found[1])] = {"probes": probes}
    return {"success": hops} if hops else {"error": output.strip() or "traceroute said nothing"}
