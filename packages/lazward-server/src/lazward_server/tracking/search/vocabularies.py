"""The words of the five searches."""

from lazward_server.tracking.search.vocabulary import (
    IDENTITY,
    LISTED,
    NUMBER,
    OPTIONAL_LISTED,
    TEXT,
    Entity,
    Vocabulary,
    attribute,
    metric,
    param,
    tag,
)

_RUN = attribute(
    {
        "run_id": LISTED,
        "run_name": TEXT,
        "status": TEXT,
        "user_id": TEXT,
        "artifact_uri": TEXT,
        "start_time": NUMBER,
        "end_time": NUMBER,
    },
    {
        "created": "start_time",
        "Created": "start_time",
        "run name": "run_name",
        "Run name": "run_name",
        "Run Name": "run_name",
    },
)
_DATASET = Entity(
    "dataset", ("dataset", "datasets"), keys={"name": LISTED, "digest": LISTED, "context": LISTED}
)
RUNS = Vocabulary((_RUN, metric(), param(), tag(), _DATASET), order=(_RUN, metric(), param(), tag()))

_EXPERIMENT = attribute(
    {"name": TEXT, "experiment_id": IDENTITY, "creation_time": NUMBER, "last_update_time": NUMBER}
)
EXPERIMENTS = Vocabulary((_EXPERIMENT, tag()), order=(_EXPERIMENT,))

REGISTERED_MODELS = Vocabulary(
    (attribute({"name": LISTED, "description": TEXT}), tag()),
    order=(
        attribute(
            {"name": TEXT, "creation_timestamp": NUMBER, "last_updated_timestamp": NUMBER},
            {"timestamp": "last_updated_timestamp"},
        ),
    ),
)

MODEL_VERSIONS = Vocabulary(
    (
        attribute({"name": LISTED, "version_number": NUMBER, "run_id": LISTED, "source_path": TEXT}),
        tag(),
    ),
    order=(
        attribute(
            {
                "name": TEXT,
                "version_number": NUMBER,
                "creation_timestamp": NUMBER,
                "last_updated_timestamp": NUMBER,
            }
        ),
    ),
)

_LOGGED_MODEL = attribute(
    {
        "name": LISTED,
        "model_id": LISTED,
        "model_type": LISTED,
        "source_run_id": LISTED,
        "status": LISTED,
        "experiment_id": IDENTITY,
        "creation_timestamp_ms": NUMBER,
        "last_updated_timestamp_ms": NUMBER,
    },
    {
        "creation_time": "creation_timestamp_ms",
        "creation_timestamp": "creation_timestamp_ms",
        "last_updated_timestamp": "last_updated_timestamp_ms",
    },
)
LOGGED_MODELS = Vocabulary(
    (_LOGGED_MODEL, metric(), param(OPTIONAL_LISTED), tag(OPTIONAL_LISTED)), order=(_LOGGED_MODEL, metric())
)
