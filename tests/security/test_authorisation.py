"""Every endpoint x every kind of caller: nobody gets through a door that their role does not open."""

import itertools
import re

import pytest

from lazward_server import app
from lazward_server.app import ENDPOINTS
from lazward_server.auth.roles import MATRIX, Role
from lazward_server.auth.tokens import Scope
from lazward_server.http.endpoint import Endpoint
from lazward_server.http.permission import Permission
from lazward_server.http.routes import Routes

SHUT = (401, 403)
CALLERS = (
    "anonymous", "unknown token", "no role", *(role.value for role in Role), "administrator",
    "owner elsewhere", "administrator's token for elsewhere", "owner's token to read runs",
)  # fmt: skip


@pytest.fixture(scope="module")
def tokens(people):
    """The workspace that is asked for, and each caller's token."""
    here, name = people.workspace()
    elsewhere, _ = people.workspace()
    administrator, _ = people.user(administrator=True)
    shown = {"anonymous": "", "unknown token": "lzw_" + "x" * 43}
    shown["no role"] = people.token(people.user()[0])
    shown |= {role.value: people.member(here, role)[1] for role in Role}
    shown["administrator"] = people.token(administrator)
    shown["owner elsewhere"] = people.member(elsewhere, Role.OWNER)[1]
    shown["administrator's token for elsewhere"] = people.token(administrator, Scope(elsewhere))
    owner, _ = people.user()
    people.assign(owner, here, Role.OWNER)
    only = Scope(here, frozenset({Permission.RUN_READ}))
    shown["owner's token to read runs"] = people.token(owner, only)
    return name, shown


def expected(caller: str, needs: Permission) -> bool:
    """Whether this caller may: said by the matrix alone."""
    if needs is Permission.PUBLIC:
        return True
    if caller in ("anonymous", "unknown token"):
        return False
    whole = not caller.endswith(("elsewhere", "runs")) or caller == "owner elsewhere"
    if needs is Permission.SIGNED_IN:
        return True
    if needs is Permission.OWN_CREDENTIAL:
        return whole
    if needs is Permission.JOB_RUN:
        return False
    if caller == "administrator":
        return True
    if caller == "owner's token to read runs":
        return needs is Permission.RUN_READ
    roles = {role.value: role for role in Role}
    return caller in roles and needs in MATRIX[roles[caller]]


UNUSED = "999999"
"""A number that no token has: the first one's is what other tests show to this server."""


def addresses(endpoint: Endpoint, workspace: str):
    """Everywhere an endpoint answers, as far as it is about the workspace."""
    for prefix in endpoint.under:
        path = endpoint.path.replace("{workspace}", workspace).replace("{token_id}", UNUSED)
        path = prefix + re.sub(r"\{.*?\}", "1", path)
        here = "" if "{workspace}" in endpoint.path else f"/workspaces/{workspace}"
        yield here + path
        if prefix.startswith("/ajax-api/"):  # as MLflow's pages ask
            yield f"{here}/mlflow{path}"


def name_of(endpoint):
    return f"{endpoint.method} {endpoint.under[0]}{endpoint.path}"


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name_of)
def test_only_who_may_gets_through(endpoint, walked_server, sender, tokens):
    workspace, shown = tokens
    if endpoint.path == "logout" or endpoint.path in ("workspaces/{workspace}", "groups/{group}"):
        callers = [caller for caller in CALLERS if not expected(caller, endpoint.needs)]
    else:
        callers = CALLERS
    for caller in callers:
        send = sender(walked_server, shown[caller])
        for path in addresses(endpoint, workspace):
            status = send(endpoint.method, path, "{}").status
            if not expected(caller, endpoint.needs):
                assert status in SHUT, (caller, path, status)
            elif not endpoint.needs.of_oneself and endpoint.needs is not Permission.PUBLIC:
                assert status not in SHUT, (caller, path, status)
        send.close()


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if "{workspace}" not in e.path], ids=name_of)
def test_the_header_leads_nowhere_that_the_address_does_not(endpoint, walked_server, sender, tokens):
    workspace, shown = tokens
    for caller in ("no role", "owner elsewhere"):
        if expected(caller, endpoint.needs):
            continue
        send = sender(walked_server, shown[caller])
        path = endpoint.under[0] + re.sub(r"\{.*?\}", "1", endpoint.path.replace("{token_id}", UNUSED))
        assert send(endpoint.method, path, "{}", x_mlflow_workspace=workspace).status in SHUT
        assert send(endpoint.method, path, "{}", x_mlflow_workspace="default").status in SHUT
        send.close()


def test_strangers_cannot_tell_which_workspaces_exist(walked_server, sender, tokens):
    workspace, shown = tokens
    send = sender(walked_server, shown["no role"])
    told = set()
    for name in (workspace, "nowhere"):
        answer = send("GET", f"/workspaces/{name}/api/2.0/mlflow/runs/get?run_id=1")
        told.add((answer.status, answer.body.replace(name.encode(), b"NAME")))
    assert len(told) == 1


# ---------------------------------------------------------------- the routes themselves


def mounted():
    """Verb, path and row of all that is mounted, read from the tables that requests are looked up in."""
    routes = Routes(ENDPOINTS)
    for path, verbs in routes._static.items():
        for method, endpoint in verbs.items():
            yield method, path, endpoint
    for pattern, _, verbs in routes._patterns:
        for method, endpoint in verbs.items():
            yield method, pattern.pattern, endpoint


def test_nothing_is_mounted_without_a_row_that_names_a_permission():
    found = list(mounted())
    assert len(found) == sum(len(endpoint.under) for endpoint in ENDPOINTS)
    for method, path, endpoint in found:
        assert endpoint in ENDPOINTS, path
        assert method == endpoint.method
        assert isinstance(endpoint.needs, Permission), path


def test_a_row_without_a_permission_cannot_be_written():
    with pytest.raises(TypeError):
        Endpoint("GET", "x", print)


def test_the_application_is_nothing_but_the_rows():
    """No other place answers requests: the composition root builds its routes from the list alone."""
    running = app.create_app(object())
    assert isinstance(running._routes, Routes)
    assert {endpoint.action for _, _, endpoint in mounted()} == {e.action for e in ENDPOINTS}


@pytest.mark.parametrize("below", ["", "/workspaces/default", "/workspaces/default/workspaces/default"])
def test_paths_that_look_like_those_of_other_servers_are_not_there(walked_server, sender, below):
    send = sender(walked_server, "")
    paths = (
        "/metrics", "/docs", "/openapi.json", "/debug", "/graphql", "/static/x", "/ajax-api", "/api",
        "/api/3.0/jobs", "/gateway/x", "/v1/traces", "/.env", "/.git/config",
    )  # fmt: skip
    for method, path in itertools.product(("GET", "POST", "PUT", "DELETE"), paths):
        assert send(method, below + path).status in (401, 404, 405), (method, path)


def test_every_right_on_a_workspace_is_asked_for_somewhere_or_given_to_a_role():
    asked = {endpoint.needs for endpoint in ENDPOINTS}
    for needs in asked:
        known = needs in MATRIX[Role.OWNER] or needs.on_server or needs.of_oneself
        assert known or needs in (Permission.PUBLIC, Permission.JOB_RUN), needs


def test_roles_only_add_rights():
    sizes = [MATRIX[role] for role in Role]
    for smaller, larger in itertools.pairwise(sizes):
        assert smaller < larger
