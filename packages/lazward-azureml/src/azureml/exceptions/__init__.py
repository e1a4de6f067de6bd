"""Every failure that ``azureml.core`` scripts catch.

AzureMLException
├── UserErrorException                 wrong arguments or configuration
│   ├── AuthenticationException
│   └── DatasetTimestampMissingError
├── WorkspaceException
│   └── WorkspacePrivateEndpointException
├── ActivityFailedException            .error_details
├── ComputeTargetException, RunConfigurationException, RunEnvironmentException
├── TrainingException, ExperimentExecutionException, ProjectSystemException, SnapshotException
├── WebserviceException                .status_code
├── ModelNotFoundException, ModelPathNotFoundException, DiscoveryUrlNotFoundException
├── ParallelRunException
├── AzureMLAggregatedException         .exceptions
├── ServiceException                   .status_code, .error_code: what the server reported
└── UnsupportedFeatureException        also a NotImplementedError; not among the original names
"""

from collections.abc import Iterable
from typing import Any


class AzureMLException(Exception):
    """Something went wrong; ``message`` and ``str()`` tell what."""

    def __init__(self, exception_message: str = "", **kwargs: Any) -> None:
        super().__init__(exception_message)
        self.message = exception_message
        self.inner_exception: BaseException | None = kwargs.get("inner_exception")


class UserErrorException(AzureMLException):
    """The caller's arguments or configuration are wrong."""


class AuthenticationException(UserErrorException):
    """No token, or one that does not open the server."""


class DatasetTimestampMissingError(UserErrorException):
    """A dataset has no timestamp column where one is needed."""


class WorkspaceException(AzureMLException):
    """A workspace does not exist, exists already, or cannot be reached."""


class WorkspacePrivateEndpointException(WorkspaceException):
    """A private endpoint of a workspace failed."""


class ActivityFailedException(AzureMLException):
    """A run or another activity failed; ``error_details`` tells what it reported."""

    def __init__(self, error_details: Any = None, **kwargs: Any) -> None:
        super().__init__(f"Activity Failed:\n{error_details}", **kwargs)
        self.error_details = error_details


class ComputeTargetException(AzureMLException):
    """A compute target does not exist or failed."""


class RunConfigurationException(AzureMLException):
    """A run configuration makes no sense."""


class RunEnvironmentException(AzureMLException):
    """The process is not inside a run where it should be."""


class TrainingException(AzureMLException):
    """Training failed."""


class ExperimentExecutionException(AzureMLException):
    """Waiting for a run was interrupted, or it could not be started."""


class ProjectSystemException(AzureMLException):
    """A project's folder or its service failed."""


class SnapshotException(AzureMLException):
    """A snapshot of a folder is impossible or too large."""


class WebserviceException(AzureMLException):
    """A service or a model does not exist or failed."""

    def __init__(self, exception_message: str = "", status_code: int | None = None, **kwargs: Any) -> None:
        super().__init__(exception_message, **kwargs)
        self.status_code = status_code


class ModelNotFoundException(AzureMLException):
    """No such model."""


class ModelPathNotFoundException(AzureMLException):
    """A run's files do not hold the path of a model."""


class DiscoveryUrlNotFoundException(AzureMLException):
    """A workspace does not tell where its services are."""


class ParallelRunException(AzureMLException):
    """A parallel run failed."""


class AzureMLAggregatedException(AzureMLException):
    """Several things went wrong at once."""

    def __init__(self, exceptions: Iterable[BaseException], **kwargs: Any) -> None:
        self.exceptions = list(exceptions)
        super().__init__("\n".join(map(str, self.exceptions)), **kwargs)


class ServiceException(AzureMLException):
    """The server reported an error that has no name of its own here."""

    def __init__(
        self,
        exception_message: str = "",
        status_code: int | None = None,
        error_code: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(exception_message, **kwargs)
        self.status_code = status_code
        self.error_code = error_code


class UnsupportedFeatureException(AzureMLException, NotImplementedError):
    """The feature named is not part of Lazward; the text names the closest one that is."""
