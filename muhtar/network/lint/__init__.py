"""Lint of device configurations, without any device: what a configuration must not say, must say, and must not contradict."""
