"""NAPALM driver for FRRouting 8 and later, over SSH exec channels: `napalm.get_network_driver("frr")`.

Nothing is installed for it: NAPALM imports `napalm_<name>` when it has no driver of that name itself.
"""

from napalm_frr.driver import FRRDriver

__all__ = ["FRRDriver"]
__version__ = "1.0.0"
