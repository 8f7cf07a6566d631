"""What several tests need: programs from the system's packages, sample reports."""
