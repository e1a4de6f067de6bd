"""Databricks clusters, which do not work yet."""

from azureml.core.compute._later import Later


class DatabricksCompute(Later):
    """A Databricks cluster: not supported."""
