"""Where a version's files come from: which sources are taken, and what they stand for.

A source is kept as the client gave it. What it points to is looked up once, when the version is made:
``models:/<model id>`` and ``models:/<name>/<version>`` get the location of that model's files and the run
behind them, so that the version stands on its own afterwards. ``runs:/`` is left to whoever reads, since a
run's model may lie below the run or be a logged model of its own.
"""

from typing import NamedTuple

from lazward.errors import InvalidRequest, NotFound
from lazward.wire.registry import CreateVersion
from lazward_server.artifacts.runs import root_of
from lazward_server.db.database import Tx
from lazward_server.registry import found, model_uri, models, source_paths, stages
from lazward_server.registry.model_uri import ModelUri
from lazward_server.tracking import logged_models

_PROMPTS = ("dummy-source", "prompt-template")
"""What clients send for prompts, which have no files."""


class Origin(NamedTuple):
    """What a source stands for.

    Attributes:
        source: To be kept and shown.
        location: Where the files lie.
        run_id: The run that made them, if any.
        model_id: The logged model they belong to, if any.
    """

    source: str
    location: str
    run_id: str
    model_id: str = ""


def resolve(tx: Tx, workspace_id: int, req: CreateVersion, *, prompt: bool) -> Origin:
    """What the source of a new version stands for.

    Raises:
        InvalidRequest: It is not one that a version may have.
        NotFound: It names a model that does not exist.
    """
    if prompt:
        return _of_prompt(req)
    uri = model_uri.parse(req.source)
    if uri is not None and not uri.model_id:
        return _of_version(tx, workspace_id, req, uri)
    if uri is not None or req.model_id:
        return _of_logged_model(tx, workspace_id, req, uri)
    if source_paths.is_local(req.source):
        _check_below_run(tx, workspace_id, req)
    else:
        source_paths.check_remote(req.source)
        _check_run(req)
    return Origin(req.source, req.source, req.run_id)


def _of_prompt(req: CreateVersion) -> Origin:
    if req.source not in _PROMPTS:
        raise InvalidRequest(
            f"Invalid prompt source: '{req.source}'. Prompt sources must use an MLflow placeholder."
        )
    return Origin(req.source, req.source, req.run_id)


def _of_version(tx: Tx, workspace_id: int, req: CreateVersion, uri: ModelUri) -> Origin:
    """A copy of another version, with its lineage unless the request gives one."""
    version = pick(tx, workspace_id, uri)
    return Origin(
        f"models:/{uri.name}/{version.number}",
        version.location,
        req.run_id or version.run_id or "",
        req.model_id or version.model_id or "",
    )


def pick(tx: Tx, workspace_id: int, uri: ModelUri) -> found.Version:
    """The version that a registered model's URI means."""
    if uri.version:
        return found.find(tx, workspace_id, uri.name, uri.version)
    model = models.find(tx, workspace_id, uri.name)
    if uri.alias:
        return found.at_alias(tx, model, uri.alias)
    version = found.newest(tx, model, stages.number(uri.stage) if uri.stage else None)
    if version is None:
        of_stage = f" and stage '{uri.stage}'" if uri.stage else ""
        raise NotFound(f"No versions of model with name '{uri.name}'{of_stage} found")
    return version


def _of_logged_model(tx: Tx, workspace_id: int, req: CreateVersion, uri: ModelUri | None) -> Origin:
    model_id = uri.model_id if uri else req.model_id
    if req.model_id not in ("", model_id):
        raise _of_another(req.source, "model_id")
    model = logged_models.find(tx, workspace_id, model_id)
    if uri is None and source_paths.is_local(req.source):
        if not source_paths.lies_within(req.source, model.artifact_uri):
            raise source_paths.outside(req.source, "model_id")
    elif uri is None:
        source_paths.check_remote(req.source)
    location = model.artifact_uri if uri else req.source
    return Origin(req.source, location, req.run_id or model.source_run_id, model_id)


def _check_below_run(tx: Tx, workspace_id: int, req: CreateVersion) -> None:
    try:
        root = root_of(tx, workspace_id, req.run_id) if req.run_id else ""
    except NotFound:
        raise _of_another(req.source, "run_id") from None
    if not root or not source_paths.lies_within(req.source, root):
        raise source_paths.outside(req.source, "run_id")


def _check_run(req: CreateVersion) -> None:
    """Refuse ``runs:/`` with one run id and the request with another."""
    parts = source_paths.split(req.source)
    run_id = parts.path.lstrip("/").partition("/")[0]
    if parts.scheme == "runs" and (parts.netloc or req.run_id not in ("", run_id)):
        raise _of_another(req.source, "run_id")


def _of_another(source: str, field: str) -> InvalidRequest:
    return InvalidRequest(
        f"Invalid model version source: '{source}'. The {field} request parameter must identify the"
        " resource that contains the source."
    )
