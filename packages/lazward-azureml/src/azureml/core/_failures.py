"""From the client's errors to the ones that ``azureml.core`` scripts catch."""

import contextlib
from collections.abc import Generator
from typing import NoReturn

from azureml.exceptions import (
    AuthenticationException,
    AzureMLException,
    ServiceException,
    UnsupportedFeatureException,
    UserErrorException,
)
from lazward import errors


@contextlib.contextmanager
def translated() -> Generator[None]:
    """Whatever the client raises inside comes out as an ``azureml.exceptions`` class."""
    try:
        yield
    except errors.LazwardError as error:
        raise _translate(error) from error


def _translate(error: errors.LazwardError) -> AzureMLException:
    match error:
        case errors.Unauthenticated() | errors.PermissionDenied():
            return AuthenticationException(error.message, inner_exception=error)
        case errors.ConfigError() | errors.InvalidRequest():
            return UserErrorException(error.message, inner_exception=error)
        case _:
            return ServiceException(error.message, error.status, error.code, inner_exception=error)


def unsupported(feature: str, instead: str) -> NoReturn:
    """Say that a feature is not there, and what comes closest."""
    raise UnsupportedFeatureException(f"{feature} is not supported by Lazward yet; {instead}.")
