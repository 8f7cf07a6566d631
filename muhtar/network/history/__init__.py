"""The history of network devices' configurations: read, kept without secrets in git, as they are in restic, and looked at again."""
