"""Compute targets: where jobs run, behind one seam (``engine.Engine``) that each kind implements."""
