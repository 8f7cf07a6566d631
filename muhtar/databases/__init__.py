"""Who may do what in the databases: a declared matrix, held against the effective privileges of the running servers."""
