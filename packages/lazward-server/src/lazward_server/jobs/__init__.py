"""Jobs: runs that Lazward executes, from the queue to the end."""
