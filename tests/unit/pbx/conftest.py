"""Weak secrets are common words: what is remembered of them here must not blank those words out of other tests."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _secrets_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muhtar.secrets._known", set())
