"""Registered models, their versions, stages and aliases."""
