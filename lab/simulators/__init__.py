"""Simulated devices of the lab. They run on the standard library alone, in containers that have nothing but python3."""
