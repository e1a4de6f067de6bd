"""``use_conda``, which ``mlflow.projects.run`` took before MLflow 2."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any
from warnings import warn


def taking(run: Callable[..., Any]) -> Callable[..., Any]:
    """``mlflow.projects.run``, which makes an ``env_manager`` of it; that of MLflow 1 as it is."""
    if "use_conda" in signature(run).parameters:
        return run

    @wraps(run)
    def run_with(*args: Any, use_conda: bool | None = None, **named: Any) -> Any:
        if use_conda is None:
            return run(*args, **named)
        manager = "conda" if use_conda else "local"
        warn(f"use_conda is now env_manager={manager!r}.", DeprecationWarning, stacklevel=2)
        if named.get("env_manager") not in (None, manager):
            from mlflow.exceptions import ExecutionException

            raise ExecutionException(
                f"use_conda={use_conda} and env_manager={named['env_manager']!r} do not go together; give"
                " env_manager alone."
            )
        return run(*args, **{**named, "env_manager": manager})

    return run_with
