"""Signing in with a browser, and machines without one."""
