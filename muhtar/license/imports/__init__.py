"""What other programs know of our things: their exports read, and held against the register of assets."""
