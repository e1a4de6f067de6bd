"""Files of runs and models: paths, the blob store, the routes."""
