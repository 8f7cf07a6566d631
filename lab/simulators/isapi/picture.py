"""The picture that every simulated channel sends: a small grey JPEG with a number in it, for the lens is simulated too."""

from __future__ import annotations

import base64

__all__ = ["picture"]

# 32x18, from ffmpeg's color source at its lowest quality.
_PICTURE = base64.b64decode(
    "/9j/4AAQSkZJRgABAgAAAQABAAD//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAg+Pkk+SVVVVVVVVWRdZGhoaGRkZGRoaGhwcHCDg4NwcHBoaHBwfH"
    "yDg4+Tj4eHg4eTk5ubm7q6srLZ2eD/////xABKAAEAAAAAAAAAAAAAAAAAAAAAAQEAAAAAAAAAAAAAAAAAAAAAEAEAAAAAAAAAAAAAAAAAAAAA"
    "EQEAAAAAAAAAAAAAAAAAAAAA/8AAEQgAEgAgAwEiAAIRAAMRAP/aAAwDAQACEQMRAD8AAAAAAAAA/9k="
)


def picture(number: int) -> bytes:
    """The picture of that number: grey as all the others, and other bytes (a comment) than each of them."""
    comment = f"picture {number}".encode()
    return _PICTURE[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + _PICTURE[2:]
