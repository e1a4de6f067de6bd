"""Resource groups and workspaces: what a server is divided into."""
