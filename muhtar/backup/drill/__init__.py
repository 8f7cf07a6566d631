"""Restore drills: what is in the repositories comes back, into scratch areas, and is what it was; with evidence."""
