"""What keeps the repository honest: the quality gate and the tests, run the same by people and by CI."""
