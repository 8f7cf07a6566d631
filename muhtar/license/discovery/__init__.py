"""What is in use, as the systems themselves tell: looked at, kept, and matched with products."""
