"""Spares each of MLflow's calls a search for Spark, where Spark is not installed.

With every call MLflow makes a client, which asks whether a Spark session names a model registry. Where Spark
is missing, Python looks through all of its path to find that out, which takes several times as long as
logging the point. The answer stays what it was.
"""

import sys
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from mlflow.tracking._model_registry import utils

_NAME = "_get_registry_uri_from_spark_session"


def remember_missing_spark() -> None:
    """Ask for Spark's session only if there is a Spark, and look for it once for each path of imports."""
    registry: Any = utils
    ask = getattr(registry, _NAME, None)
    if ask is None or getattr(ask, "__module__", "") == __name__:
        return

    def registry_uri() -> str | None:
        if "pyspark" not in sys.modules and not _installed(tuple(sys.path)):
            return None
        return ask()

    setattr(registry, _NAME, registry_uri)


@lru_cache(maxsize=8)
def _installed(_path: tuple[str, ...]) -> bool:
    return find_spec("pyspark") is not None
