"""The command line: one module a namespace; a module reads options, calls one workflow, renders and exits."""
