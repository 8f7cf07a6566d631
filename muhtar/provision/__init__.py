"""Bring hosts and devices to their declared state."""
