"""A simulated Cisco IOS switch over SSH."""
