"""Pictures of the portal: a workspace as a team would have it, and every page of it."""
