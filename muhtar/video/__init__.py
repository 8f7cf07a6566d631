"""Cameras and their recorders: what is declared, what the recorder has, and bringing the two together."""
