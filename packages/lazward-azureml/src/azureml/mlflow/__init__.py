"""MLflow and ``azureml.core`` together. MLflow itself is imported only where it is needed."""

from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from azureml.core import Workspace

__all__ = ["get_mlflow_tracking_uri", "get_portal_url", "register_model"]


def get_mlflow_tracking_uri(workspace: "Workspace") -> str:
    """What ``mlflow.set_tracking_uri`` takes for this workspace."""
    return workspace.get_mlflow_tracking_uri()


def get_portal_url(run: Any) -> str:
    """The page that shows a run, of MLflow or of ``azureml.core``."""
    own = getattr(run, "get_portal_url", None)
    if own is not None:
        return str(own())
    from azureml.core._failures import translated
    from lazward.client import locate
    from mlflow.tracking import get_tracking_uri

    with translated():
        where = locate.workspace(get_tracking_uri())
    return f"{where.http}/#/experiments/{run.info.experiment_id}/runs/{run.info.run_id}"


def register_model(
    run: Any, name: str, path: str, tags: dict[str, str] | None = None, **_options: Any
) -> NoReturn:
    """Not there yet."""
    from azureml.core._failures import unsupported

    unsupported("azureml.mlflow.register_model", "use mlflow.register_model('runs:/RUN_ID/PATH', NAME)")
