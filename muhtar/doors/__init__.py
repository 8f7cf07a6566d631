"""The only ways out: programs, Ansible, Nornir and restic."""
