"""Talking to a Lazward server: where it is, which token opens it, how requests are sent."""
