"""Muhtar: a municipality's IT department, as code."""

__version__ = "0.1.0"
