"""Nornir tasks: one a file, `verb_noun.py`; each takes a session from its host, returns a `Result` and never prints."""
