"""What MLflow's pages ask in GraphQL, asked of both servers."""

import httpx
from tests.mlflow_ui.test_graphql import EXPERIMENT, HISTORY, RUN, RUNS, ask, filled

OWN = {
    "runUuid", "runId", "experimentId", "artifactUri", "artifactLocation", "creationTime", "lastUpdateTime",
    "name", "tags",
}  # fmt: skip
"""What each server makes up by itself; tags hold the name that a run was given."""


def without_own(value):
    if isinstance(value, dict):
        return {key: without_own(one) for key, one in value.items() if key not in OWN}
    return [without_own(one) for one in value] if isinstance(value, list) else value


def test_the_pages_documents_are_answered_alike(genuine, server):
    said = []
    for url, headers, path in ((server.url, server.headers, "/mlflow/graphql"), (genuine, {}, "/graphql")):
        with httpx.Client(base_url=url, headers=headers, timeout=60) as client:
            experiment, run = filled(client)
            asked = [
                (EXPERIMENT, {"input": {"experimentId": experiment}}),
                (RUN, {"data": {"runUuid": run}}),
                (RUNS, {"data": {"experimentIds": [experiment]}}),
                (HISTORY, {"data": {"runIds": [run], "metricKey": "loss"}}),
            ]
            said.append([ask(client, query, path, **given).json()["data"] for query, given in asked])
    ours, theirs = said
    assert without_own(ours) == without_own(theirs)
