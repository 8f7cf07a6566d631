"""Sessions with the lab's real routers, for the tests of the driver."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lab.context import Context
from lab.identity import Identity
from lab.overlay import load as load_overlay
from lab.topology import load as load_topology
from muhtar.inventory import Inventory
from muhtar.settings import Site
from napalm_frr import FRRDriver
from nornir_tasks.render_config import intended_config

__all__ = ["intended", "lab_context", "router", "session", "startup_contains"]


def lab_context() -> Context:
    """The running lab of this checkout."""
    return Context(Identity(), load_topology(), load_overlay())


def intended(name: str) -> str:
    """The configuration that the lab's inventory intends for a device."""
    site = Site.open("lab")
    return intended_config(Inventory.load(site).target(name), site.path)


def router(name: str, **more: Any) -> FRRDriver:
    """A driver for one of the lab's routers, not opened; its host key is checked as in production."""
    site = Site.open("lab")
    arguments = {"ssh_config_file": str(site.ssh_config), **more}
    return FRRDriver(Inventory.load(site).target(name).address, "muhtar", "", timeout=30, optional_args=arguments)


@contextmanager
def session(name: str, **more: Any) -> Iterator[FRRDriver]:
    """The same, open, and closed again."""
    driver = router(name, **more)
    driver.open()
    try:
        yield driver
    finally:
        driver.close()


def startup_contains(driver: FRRDriver, text: str) -> bool:
    """Whether the configuration that the next start would read has that text."""
    return text in driver.get_config("startup")["startup"]
