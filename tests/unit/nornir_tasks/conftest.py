"""Simulated switches for the tests of this folder."""

from __future__ import annotations

from tests.support.simulated_ios import ios, make_ios

__all__ = ["ios", "make_ios"]
