"""Environments that come with the server, under the names that Azure ML's own have.

They hold what scripts written for those expect, in versions that are installable today; a name stands for
the kind of work, not for the exact packages of the original.
"""

from lazward.wire.environments import (
    LATEST,
    CondaSpec,
    Environment,
    EnvironmentSpec,
    PythonSpec,
    digest,
)

_TRACKING = ("azureml-defaults",)
_SCIENCE = (*_TRACKING, "numpy", "pandas", "scikit-learn", "matplotlib")
_PACKAGES: dict[str, tuple[str, ...]] = {
    "AzureML-Minimal": _TRACKING,
    "AzureML-Tutorial": _SCIENCE,
    "AzureML-Scikit-learn-0.20.3": _SCIENCE,
    "AzureML-sklearn-0.24-ubuntu18.04-py37-cpu": _SCIENCE,
    "AzureML-sklearn-1.0-ubuntu20.04-py38-cpu": _SCIENCE,
    "AzureML-sklearn-1.5": _SCIENCE,
    "AzureML-TensorFlow-2.1-GPU": (*_SCIENCE, "tensorflow"),
    "AzureML-PyTorch-1.6-CPU": (*_SCIENCE, "torch"),
    "azureml-acpt-pytorch-1.11-cuda11.3": (*_SCIENCE, "torch"),
}
_VERSION = "1"
_CHANNELS = ["conda-forge"]


def is_curated(name: str) -> bool:
    """Whether a name is one of these."""
    return name in _BY_NAME


def find(name: str, version: str) -> Environment | None:
    """The environment of this name and version; None if it is none of these."""
    return _BY_NAME.get(name) if version in (LATEST, _VERSION) else None


def _environment(name: str, packages: tuple[str, ...]) -> Environment:
    spec = EnvironmentSpec(python=PythonSpec(conda=CondaSpec(channels=_CHANNELS, pip=list(packages))))
    definition = {
        "name": name,
        "version": _VERSION,
        "python": {
            "userManagedDependencies": False,
            "condaDependencies": {"channels": _CHANNELS, "dependencies": [{"pip": list(packages)}]},
        },
    }
    return Environment(
        name=name,
        version=_VERSION,
        digest=digest(spec, definition),
        spec=spec,
        definition=definition,
        created_at=0,
        curated=True,
    )


ALL = [_environment(name, packages) for name, packages in _PACKAGES.items()]
"""All of them."""
_BY_NAME = {one.name: one for one in ALL}
