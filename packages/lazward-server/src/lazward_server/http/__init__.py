"""From the socket to a handler and back."""
