"""One file a kind of load. Each function runs one repetition on one server and returns its figures."""
