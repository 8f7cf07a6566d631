"""`./inv …`: invoke over tasks.py, told apart from a plain `inv` only by its name and version."""

from invoke.program import Program

from muhtar import __version__

Program(name="inv", binary="inv", version=__version__).run()
