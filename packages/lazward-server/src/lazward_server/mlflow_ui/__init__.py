"""MLflow's own pages on our data: the built files of the installed package, and what only they call."""
