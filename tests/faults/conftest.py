"""The running lab, as the lab's own tests have it."""

from __future__ import annotations

from tests.lab.conftest import lab

__all__ = ["lab"]
