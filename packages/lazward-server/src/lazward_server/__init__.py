"""The server of Lazward."""
