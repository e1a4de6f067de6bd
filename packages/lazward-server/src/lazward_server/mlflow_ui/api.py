"""All that is served for MLflow's pages alone."""

from lazward_server.mlflow_ui import pages

ENDPOINTS = [*pages.ENDPOINTS]
