"""Snapshots of folders: what goes in, sending what is new, and putting it back."""
