"""NAPALM's test class makes a case of each folder in `mocked_data/<test>/`."""

from __future__ import annotations

import pytest
from napalm.base.test import conftest


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    conftest.pytest_generate_tests(metafunc, __file__)
