"""Telephone exchanges: which extensions are declared, and what the running PBX makes of them."""
