"""What Linux's ping says."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["ping"]


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
