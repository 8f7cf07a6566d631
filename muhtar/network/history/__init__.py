"""The history of network devices' configurations: read, kept without secrets in git and whole in restic, looked at again."""
