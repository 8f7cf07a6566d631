"""The state that devices should be in, beyond their configuration: who their neighbours are, what is up, what they know."""
