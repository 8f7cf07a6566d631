"""What NAPALM's driver tests ask for and `napalm_frr` does not offer, with the reason for each."""

from __future__ import annotations

from typing import Any

__all__ = ["ARGUMENTS", "NOT_OFFERED"]

# NAPALM's test → (the driver's method, why there is none).
NOT_OFFERED = {
    "test_get_bgp_config": ("get_bgp_config", "FRR tells its BGP configuration as text only; get_config has it"),
    "test_get_bgp_neighbors_detail": ("get_bgp_neighbors_detail", "not written yet: nothing in Muhtar asks for it"),
    "test_get_firewall_policies": ("get_firewall_policies", "FRR filters routes, not packets"),
    "test_get_mac_address_table": ("get_mac_address_table", "a router has no bridge table of FRR's"),
    "test_get_network_instances": ("get_network_instances", "the lab has no VRFs to prove it against"),
    "test_get_optics": ("get_optics", "a router in software has no optics"),
    "test_get_probes_config": ("get_probes_config", "FRR has no probes"),
    "test_get_probes_results": ("get_probes_results", "FRR has no probes"),
    "test_get_snmp_information": ("get_snmp_information", "SNMP is the machine's, not FRR's"),
    "test_get_vlans": ("get_vlans", "FRR has no VLANs"),
}
# What else a method wants to be called with.
ARGUMENTS: dict[str, tuple[Any, ...]] = {"traceroute": ("10.0.13.1",)}
