"""A town on disk with registers as a test writes them."""

from tests.support.registers import site, write

__all__ = ["site", "write"]
