"""What was logged and has not reached the server yet: kept on this machine's disk, sent in the background."""
