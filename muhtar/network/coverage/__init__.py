"""Is every device of the network known, and every known one backed up?"""
