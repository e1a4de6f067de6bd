"""MLflow and ``azureml.core`` together. MLflow itself is imported only where it is needed."""

from typing import TYPE_CHECKING, Any

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


def register_model(run: Any, name: str, path: str, tags: dict[str, str] | None = None, **options: Any) -> Any:
    """Register files of a run, of MLflow or of ``azureml.core``, as the next version of a model.

    Args:
        run: The run.
        name: The model.
        path: A file or folder of the run, or a model that it logged.
        tags: Tags of the version.
        options: What ``Run.register_model`` takes else.

    Raises:
        ModelPathNotFoundException: The run has nothing there.
    """
    if not hasattr(run, "register_model"):
        run = _ours(run)
    return run.register_model(name, path, tags=tags, **options)


def _ours(run: Any) -> Any:
    """A run of MLflow's as one of ``azureml.core``."""
    from azureml.core import Workspace
    from azureml.core._failures import translated
    from lazward.client import locate
    from mlflow.tracking import get_tracking_uri

    with translated():
        where = locate.workspace(get_tracking_uri())
    workspace = Workspace("", "", where.workspace or locate.DEFAULT_WORKSPACE, _server=where.server.url)
    return workspace.get_run(run.info.run_id)
