"""Kubernetes clusters for services, which do not work yet."""

from typing import ClassVar

from azureml.core.compute._later import CLOSEST, Later


class AksCompute(Later):
    """A Kubernetes cluster that services are deployed to: not supported, and nothing is deployed yet."""

    _closest: ClassVar[str] = f"for runs {CLOSEST}, and services cannot be deployed yet"

    class ClusterPurpose:
        """What a cluster is for."""

        FAST_PROD = "FastProd"
        DENSE_PROD = "DenseProd"
        DEV_TEST = "DevTest"
