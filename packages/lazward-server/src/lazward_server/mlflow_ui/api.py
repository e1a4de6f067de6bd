"""All that is served for MLflow's pages alone."""

from lazward_server.mlflow_ui import gateway, graphql_api, pages

ENDPOINTS = [*pages.ENDPOINTS, *graphql_api.ENDPOINTS, *gateway.ENDPOINTS]
