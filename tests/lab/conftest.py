"""The running lab, for tests against real parts. Where it is not up the tests fail and say so; they are never skipped."""

from __future__ import annotations

import pytest

from lab.answers import wait_for
from lab.parallel import each
from lab.town import Town
from muhtar.errors import MuhtarError
from muhtar.inventory import Inventory
from muhtar.settings import Site
from tests.support.lab import Lab


@pytest.fixture(scope="session")
def lab() -> Lab:
    """The lab, up and answering. Fails, with the mend, where it is not."""
    town = Town()
    try:
        context = town.require()
        each(town.topology.hosts.values(), lambda host: wait_for(context, host, patience=30))
    except MuhtarError as error:
        pytest.fail(f"these tests need the lab: {error}", pytrace=False)
    site = Site.open("lab")
    return Lab(town, context, site, Inventory.load(site))
