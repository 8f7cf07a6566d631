"""Registers: facts that people keep in YAML, each with a schema, whose mistakes are all told at once with file, line and mend."""
