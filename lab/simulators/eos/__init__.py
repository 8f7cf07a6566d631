"""A simulator of Arista EOS as far as its eAPI shows it: configuration sessions, commit timers, flash and show commands."""
