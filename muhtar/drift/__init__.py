"""Does everything still stand as it was declared? One module a kind of target, `check` for all of them."""
