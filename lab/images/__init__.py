"""Container images built from this machine's own package sources, cached by the hash of their recipes."""
