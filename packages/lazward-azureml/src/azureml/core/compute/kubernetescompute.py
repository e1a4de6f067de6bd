"""Kubernetes clusters, which do not work yet."""

from azureml.core.compute._later import Later


class KubernetesCompute(Later):
    """A Kubernetes cluster: not supported."""
