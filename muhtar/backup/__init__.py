"""Backups: the policy, what is taken from where, and the proof that it comes back."""
