"""What is installed on the servers, and what has changed since somebody looked."""
