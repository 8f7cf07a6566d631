"""What only this machine knows of the lab, written into the site's overlay: addresses, keys, certificates, secrets, dates."""

from __future__ import annotations

from lab.overlay.writer import Overlay, load, remove, write

__all__ = ["Overlay", "load", "remove", "write"]
