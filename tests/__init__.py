"""All tests; a package so that `tests.support` is this one, whatever a dependency installs by that name."""
