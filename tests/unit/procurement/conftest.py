"""A town on disk that buys."""

from tests.support.purchases import town
from tests.support.registers import site, write

__all__ = ["site", "town", "write"]
