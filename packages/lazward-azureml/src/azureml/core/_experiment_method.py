"""How a class says what ``Experiment.submit`` does with its objects."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])
SubmitFunction = Callable[..., Any]
"""``(config, workspace, experiment_name, **options) -> run``."""

_NAME = "_submit_function"


def experiment_method(submit_function: SubmitFunction) -> Callable[[Method], Method]:
    """Decorates the ``__init__`` of a class whose objects can be submitted.

    Args:
        submit_function: What ``Experiment.submit`` calls with the object, the workspace, the experiment's
            name and what else it was given.
    """

    def decorate(method: Method) -> Method:
        @functools.wraps(method)
        def wrapped(*args: Any, **named: Any) -> Any:
            return method(*args, **named)

        setattr(wrapped, _NAME, submit_function)
        return wrapped  # pyright: ignore[reportReturnType] - it has the signature of what it wraps

    return decorate


def get_experiment_submit(config: object) -> SubmitFunction | None:
    """What submits an object; None if nothing does."""
    for kind in type(config).__mro__:
        found = getattr(kind.__dict__.get("__init__"), _NAME, None)
        if found is not None:
            return found
    return None
