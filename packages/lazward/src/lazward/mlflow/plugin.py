"""The builders that MLflow calls for our schemes.

MLflow imports this module while it is itself being imported, so everything of its own is imported inside
the functions. Other schemes, and the traffic to other servers, are left exactly as they are.
"""

from functools import partial
from typing import TYPE_CHECKING, Any

from lazward.client import locate, tokens, uri
from lazward.client.uri import WorkspaceUri
from lazward.mlflow import hooks
from lazward.spool import process, settings

if TYPE_CHECKING:
    from mlflow.store.artifact.artifact_repo import ArtifactRepository
    from mlflow.store.model_registry.rest_store import RestStore as RegistryStore
    from mlflow.store.tracking.rest_store import RestStore as TrackingStore
    from mlflow.store.workspace.rest_store import RestWorkspaceStore as WorkspaceStore

# The environment still names the server that its token belongs to; scripts change the name later.
tokens.bind()
# Registered before MLflow's own end of the run, and so called after it.
process.close_at_exit()
hooks.install()

_OURS = (*uri.SCHEMES, "azureml")


def tracking_store(store_uri: str, artifact_uri: str | None = None, **_: Any) -> "TrackingStore":  # noqa: ARG001
    """Runs, metrics, params, tags and logged models of the workspace that the URI names."""
    where = locate.workspace(store_uri)
    from lazward.mlflow.hosts import host_creds, renewing

    if settings.enabled():
        from lazward.mlflow.store import SpooledStore

        return renewing(SpooledStore(where), where.http)
    from mlflow.store.tracking.rest_store import RestStore

    return renewing(RestStore(partial(host_creds, where.http)), where.http)


def model_registry_store(store_uri: str, **_: Any) -> "RegistryStore":
    """Registered models of the workspace that the URI names."""
    from mlflow.store.model_registry.rest_store import RestStore

    from lazward.mlflow.hosts import host_creds, renewing

    url = locate.workspace(store_uri).http
    return renewing(RestStore(partial(host_creds, url)), url)


def workspace_store(workspace_uri: str) -> "WorkspaceStore":
    """The workspaces of the server that the URI leads to; for MLflow since 3.10."""
    from mlflow.store.workspace.rest_store import RestWorkspaceStore

    from lazward.mlflow.hosts import host_creds

    return RestWorkspaceStore(partial(host_creds, locate.workspace(workspace_uri).server.url))


def artifact_repository(artifact_uri: str, *stores: Any, **named: Any) -> "ArtifactRepository":
    """Artifacts at ``lazward://HOST/workspaces/NAME/artifacts/PATH``."""
    from lazward.mlflow.artifacts import LazwardArtifactRepository

    where, path = uri.parse_artifact(artifact_uri)
    return LazwardArtifactRepository(artifact_uri, where, path or "", *stores, **named)


def proxied_artifact_repository(artifact_uri: str, *stores: Any, **named: Any) -> "ArtifactRepository":
    """Artifacts at ``mlflow-artifacts:/PATH``, which every server hands out and none is named in.

    MLflow's own class resolves them against an ``http(s)`` tracking URI only. Under one of ours they are
    found through our server; under any other, MLflow's own class does what it always does.
    """
    from mlflow.store.artifact.mlflow_artifacts_repo import MlflowArtifactsRepository
    from mlflow.tracking import get_tracking_uri

    from lazward.mlflow.artifacts import LazwardArtifactRepository

    tracking_uri = str(named.get("tracking_uri") or next(iter(stores), None) or get_tracking_uri())
    if tracking_uri.partition(":")[0] not in _OURS:
        return MlflowArtifactsRepository(artifact_uri, *stores, **named)
    where, path = uri.proxied_artifact(artifact_uri, locate.workspace(tracking_uri))
    return LazwardArtifactRepository(artifact_uri, where, path, *stores, **named)


def azureml_artifact_repository(artifact_uri: str, *_: Any, **named: Any) -> "ArtifactRepository":
    """A run's artifacts at ``azureml://.../workspaces/NAME/experiments/E/runs/ID/artifacts/PATH``."""
    from mlflow.store.artifact.runs_artifact_repo import RunsArtifactRepository

    where, run_uri = _azureml_run(artifact_uri)
    if named:  # since MLflow 3; before, the current tracking URI is all there is
        named["tracking_uri"] = where.tracking
    return RunsArtifactRepository(run_uri, **named)


def _azureml_run(artifact_uri: str) -> tuple[WorkspaceUri, str]:
    return locate.workspace(artifact_uri), uri.azureml_run(artifact_uri)
