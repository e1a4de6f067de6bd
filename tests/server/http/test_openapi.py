"""The description of our own API: valid by a public validator, complete, and as committed."""

import json
import re
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from lazward_server.app import ENDPOINTS
from lazward_server.http import openapi
from lazward_server.http.endpoint import V1

COMMITTED = Path(__file__).parents[3] / "docs" / "reference" / "openapi.json"


@pytest.fixture(scope="module")
def described():
    return openapi.document(ENDPOINTS)


def operations(described):
    return {
        (method, path): operation
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    }


def test_it_is_valid(described):
    assert [error.message for error in OpenAPIV31SpecValidator(described).iter_errors()] == []


def test_it_is_the_committed_one():
    assert COMMITTED.read_text() == openapi.text(ENDPOINTS), "run `make openapi`"


def test_it_describes_every_endpoint_with_its_permission(described):
    rows = {
        (row.method.lower(), V1[0] + row.path.replace(":path", "")): row
        for row in ENDPOINTS
        if row.under == V1
    }
    told = operations(described)
    assert {key: row.needs.value for key, row in rows.items()} == {
        key: operation["x-permission"] for key, operation in told.items()
    }
    assert all(operation["summary"] for operation in told.values())


def test_no_two_operations_have_the_same_id(described):
    ids = [operation["operationId"] for operation in operations(described).values()]
    assert sorted(set(ids)) == sorted(ids)


def test_messages_stand_where_they_are_sent(described):
    told = operations(described)
    created = told["post", "/api/v1/workspaces"]["requestBody"]["content"]["application/json"]["schema"]
    assert created == {"$ref": "#/components/schemas/CreateWorkspace"}
    deleted = told["delete", "/api/v1/workspaces/{workspace}"]
    assert "requestBody" not in deleted
    assert [(p["name"], p["in"], p["required"]) for p in deleted["parameters"]] == [
        ("workspace", "path", True),
        ("dry_run", "query", False),
    ]
    fields = described["components"]["schemas"]["Workspace"]
    assert set(fields["required"]) == set(fields["properties"])


def test_every_schema_is_used(described):
    text = json.dumps(described)
    for name in described["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, name


def test_every_reference_leads_to_a_schema(described):
    named = set(re.findall('"#/components/schemas/([^"]+)"', json.dumps(described)))
    assert named <= described["components"]["schemas"].keys()


def test_it_is_served_to_whoever_is_signed_in(server):
    with server.client() as client:
        assert client.get("/api/v1/openapi.json").text == openapi.text(ENDPOINTS)
        del client.headers["authorization"]
        assert client.get("/api/v1/openapi.json").status_code == 401
