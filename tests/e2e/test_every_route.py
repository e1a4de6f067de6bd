"""A walk over every endpoint: what is wrong in any field is refused as the protocol says, never a 500."""

import base64
import itertools
import json
import re
from enum import Enum
from typing import Any
from urllib.parse import quote

import msgspec
import pytest

from lazward import errors
from lazward_server.app import ENDPOINTS
from lazward_server.http.decode import _bare, _hints
from lazward_server.http.permission import Permission

API = "/api/2.0/mlflow/"
LARGE = 10_000

WRONG = [
    *r"""
null
true
-1
0
-0.0
1.5
1e308
1e999
-1e999
NaN
-Infinity
9223372036854775807
9223372036854775808
-9223372036854775809
""
" "
"x"
"0"
"-1"
"1e3"
"2147483648"
"9223372036854775807"
"99999999999999999999"
"\u0000"
"a\u0000b"
"\ud800"
"\udc00\ud800"
"%00"
"%"
"%s"
"../../x"
"/etc/passwd"
"file:///etc/passwd"
"http://[::1"
"models:/m-1"
"runs:/x"
"\u202e\ud83d\ude00"
"\n\r\t"
"'; drop table runs; --"
[]
[null]
[1]
["x"]
[""]
["\ud800"]
["a\u0000"]
["1", "1"]
[[]]
[{}]
[{"key": "a", "value": "b"}, {"key": "a", "value": "c"}]
{}
{"a": 1}
"metrics.m > 1e999"
"metrics.m = 'x'"
"params.x = '\u0000'"
"params.x = 'a"
"((((("
"attributes.start_time > 99999999999999999999999999"
"attributes.creation_time = 1.5"
"version_number > 1e400"
"tags.`a` LIKE '%'"
"run_id IN ()"
"status = 'x' AND name = 1"
["metrics.m DESC", "metrics.m"]
["no such field"]
""".strip().splitlines(),
    "1" + "0" * 30,
    "1" + "0" * 400,
    "1" + "0" * 5000,
    f'"{"x" * LARGE}"',
    f'"{"é" * 300}"',
    "[" * 50 + "]" * 50,
]
"""Values as they stand in JSON, each wrong or odd somewhere."""
DELICATE = re.compile(r"u0000|ud800|\d{10}|e999|-1|0\.0|NaN|.{100}|[<>]")


def token(value):
    return base64.b64encode(json.dumps(value).encode()).decode()


TOKENS = [
    "x",
    "====",
    "bm90IGpzb24=",
    token(None),
    token([]),
    token({}),
    token({"offset": -1}),
    token({"offset": "x"}),
    token({"offset": 10**30}),
    token([1, 2]),
    token([1, 2, 3]),
    token(["a", None, {}]),
    token([10**30, 0, 0.5]),
    token([float("inf")] * 3),
    token([float("nan")] * 9),
    token("x"),
    token("\x00"),
    token("\ud800"),
    token([[]] * 3),
    token({"key": [1], "after": ["\x00"]}),
    base64.b64encode(b"\xff\xfe").decode(),
    "é",
    "A" * LARGE,
]


class World:
    """Things for messages to name."""

    numbers = itertools.count()

    def __init__(self, send):
        number = next(self.numbers)
        self.experiment = send.json("POST", f"{API}experiments/create", {"name": f"walk {number}"})[
            "experiment_id"
        ]
        run = {"experiment_id": self.experiment, "tags": [{"key": "k", "value": "v"}]}
        self.run = send.json("POST", f"{API}runs/create", run)["run"]["info"]["run_id"]
        model = send.json(
            "POST", f"{API}logged-models", {"experiment_id": self.experiment, "source_run_id": self.run}
        )
        self.model = model["model"]["info"]["model_id"]
        self.name = f"walk {number}"
        send.json("POST", f"{API}registered-models/create", {"name": self.name})
        source = f"mlflow-artifacts:/{self.experiment}/{self.run}/artifacts/model"
        send.json(
            "POST", f"{API}model-versions/create", {"name": self.name, "source": source, "run_id": self.run}
        )
        send.json("POST", f"{API}registered-models/alias", {"name": self.name, "alias": "a", "version": "1"})

    def known(self, field):
        return {
            "experiment_id": self.experiment,
            "experiment_ids": [self.experiment],
            "run_id": self.run,
            "run_ids": [self.run],
            "model_id": self.model,
            "name": self.name,
            "version": "1",
            "alias": "a",
            "key": "k",
            "tag_key": "k",
            "max_results": 10,
            "source": f"mlflow-artifacts:/{self.experiment}/{self.run}/artifacts/model",
            "stage": "Staging",
            "filter": "",
            "order_by": [],
            "page_token": "",
            "path": "dir/file.txt",
            "model_json": "{}",
        }.get(field)


def plausible(kind, world, field=""):
    """A value of a type that a handler would take."""
    known = world.known(field)
    if getattr(kind, "__origin__", None) is list:
        inner = _bare(kind.__args__[0])
        if issubclass(inner, msgspec.Struct):
            return [plausible(inner, world)]
        return known if isinstance(known, list) else [known or "x"]
    if known is not None:
        return known
    if getattr(kind, "__origin__", None) is dict:
        return {"k": "v"}
    if issubclass(kind, msgspec.Struct):
        return {name: plausible(inner, world, name) for name, inner in fields(kind).items()}
    if issubclass(kind, Enum):
        return next(iter(kind)).value
    return {str: "x", int: 1, float: 1.0, bool: True, Any: {"a": [1, "x", None]}}[kind]


def fields(kind):
    return {field.name: _bare(_hints(kind)[field.name]) for field in msgspec.structs.fields(kind)}


def mutations(kind, world, prefix=()):
    """Where in a message a wrong value can stand: paths of names and indices."""
    for name, inner in fields(kind).items():
        yield (*prefix, name)
        args = getattr(inner, "__args__", ())
        below = _bare(args[-1]) if args else inner
        if isinstance(below, type) and issubclass(below, msgspec.Struct):
            yield from mutations(below, world, (*prefix, name, 0) if args else (*prefix, name))


MARK = "\u2603"


def mutated(kind, world, path):
    """The message as JSON with ``MARK`` where the wrong value goes."""
    document = plausible(kind, world)
    target = document
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = MARK
    return json.dumps(document, ensure_ascii=False)


EACH = pytest.param(1, marks=pytest.mark.slow)


def some(values, every, path):
    """All values, or those whose turn it is here: the places of a message take turns."""
    return values[len("".join(map(str, path))) % every :: every]


def values_for(field, server):
    """All of them on SQLite; on PostgreSQL those that a database may have an opinion of its own about."""
    wrong = WRONG + [json.dumps(one) for one in TOKENS] if field == "page_token" else WRONG
    return [value for value in wrong if DELICATE.search(value)] if server.on_postgresql else wrong


def filled(path, world):
    return re.sub(r"\{(\w+)(:path)?\}", lambda m: quote(world.known(m.group(1)) or "x"), path)


def check(answer, asked):
    """What must hold of every answer."""
    asked = str(asked)[:500]
    assert answer.status < 500 or (answer.status == 501 and answer.error[0] == "NOT_IMPLEMENTED"), (
        asked,
        answer,
    )
    if policy := answer.headers.get("content-security-policy"):  # a page, or the way to one
        assert "default-src 'none'" in policy, asked
    elif answer.status >= 400:
        code, message = answer.error
        assert errors.BY_CODE.keys() & {code}, (asked, answer)
        assert message, asked
        assert len(message) < 4100, asked
        assert answer.headers["content-type"] == "application/json", asked


def as_query(body):
    """The fields of a JSON object as parameters, in the raw words of the JSON."""
    pairs = []
    for name, value in json.loads(body).items():
        for one in value if isinstance(value, list) else [value]:
            text = one if isinstance(one, str) else json.dumps(one)
            pairs.append(f"{name}={quote(text, safe='', errors='surrogatepass')}")
    return "&".join(pairs)


def unquoted(token):
    return token[1:-1] if token.startswith('"') else token


def name_of(endpoint):
    return f"{endpoint.method} {endpoint.under[0]}{endpoint.path}"


def token_of_its_own(server):
    """A token for one test, since one of the endpoints revokes the token it is shown."""
    with server.client() as client:
        return client.post("/api/v1/tokens", json={"name": "walk"}).json()["token"]


def messages(endpoint):
    return [endpoint] if endpoint.message is not None else []


@pytest.mark.parametrize("every", [4, EACH])
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name_of)
def test_a_wrong_value_in_any_field_is_never_a_500(endpoint, every, walked_server, sender):
    send = sender(walked_server, token_of_its_own(walked_server))
    world = World(send)
    url = filled(endpoint.under[0] + endpoint.path, world)
    for path in mutations(endpoint.message, world) if endpoint.message else ():
        body = mutated(endpoint.message, world, path)
        for value in some(values_for(path[-1], walked_server), every, path):
            if endpoint.method == "GET":
                given = (
                    quote(json.loads(value), safe="", errors="surrogatepass")
                    if value[0] == '"'
                    else quote(value)
                )
                query = as_query(body).replace(quote(MARK), given)
                check(send("GET", f"{url}?{query}"), query)
            else:
                asked = body.replace(f'"{MARK}"', value)
                check(send(endpoint.method, url, asked), (url, asked))
    assert send("GET", "/health").body == b"OK"


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if "{" in e.path], ids=name_of)
def test_a_wrong_value_in_any_path_is_never_a_500(endpoint, walked_server, sender):
    send = sender(walked_server, token_of_its_own(walked_server))
    world = World(send)
    body = json.dumps(plausible(endpoint.message, world)) if endpoint.message else "x"
    parameters = re.findall(r"\{(\w+)", endpoint.path)
    odd = [
        "%00",
        "a%00b",
        "%ff",
        "%ed%a0%80",
        "..",
        "%2e%2e",
        ".",
        "%252e%252e",
        "'",
        "%27%3b--",
        "%0a",
        "x" * 3000,
        "%E2%98%83",
        "1" * 40,
    ]
    for parameter, value in itertools.product(parameters, odd):
        path = endpoint.under[0] + endpoint.path
        path = re.sub(rf"\{{{parameter}(:path)?\}}", lambda _, value=value: value, path)
        check(send(endpoint.method, filled(path, world), body), path)


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.message is None], ids=name_of)
def test_odd_queries_of_raw_endpoints_are_never_a_500(endpoint, walked_server, sender):
    send = sender(walked_server, token_of_its_own(walked_server))
    world = World(send)
    values = [unquoted(value) for value in values_for("", walked_server)]
    url = filled(endpoint.under[0] + endpoint.path, world)
    names = ("path", "run_id", "run_uuid", "name", "version", "artifact_file_path")
    known = {name: world.known(name.replace("uuid", "id")) or "x" for name in names}
    for name, value in itertools.product(names, values):
        query = "&".join(
            f"{k}={quote(value if k == name else v, errors='surrogatepass')}" for k, v in known.items()
        )
        check(send(endpoint.method, f"{url}?{query}", "body"), query)
    for query in (
        "",
        "?",
        "?&&&",
        "?=",
        "?path",
        "?path=a&path=b",
        "?%ff=%ff",
        "?path=%ed%a0%80&run_id=" + world.run,
    ):
        check(send(endpoint.method, url + query, "body"), query)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name_of)
def test_bodies_that_are_no_message_are_never_a_500(endpoint, walked_server, sender):
    send = sender(walked_server, token_of_its_own(walked_server))
    world = World(send)
    url = filled(endpoint.under[0] + endpoint.path, world)
    bodies = [
        b"",
        b"null",
        b"1",
        b"[]",
        b'""',
        b'"{}"',
        b'"\\"{}\\""',
        b"{",
        b"\xff\xfe{\x00}\x00",
        b"{} {}",
        b"\x00",
        b"NaN",
    ]
    for body in bodies:
        check(send(endpoint.method, url, body), body)


# ---------------------------------------------------------------- who may call


GUARDED = [e for e in ENDPOINTS if e.needs is not Permission.PUBLIC]


@pytest.fixture(scope="module")
def strangers(server, sender):
    """Senders that must not be let in."""
    user = base64.b64encode(b"admin:password").decode()
    swapped = base64.b64encode(f"{server.token}:x".encode()).decode()
    credentials = [
        "",
        "Bearer",
        "Bearer ",
        "Bearer x",
        f"Bearer {server.token}x",
        f"Bearer {server.token[:-1]}",
        f"Bearer {server.token.upper()}",
        "Bearer lzw_",
        f"Token {server.token}",
        server.token,
        f"Basic {user}",
        f"Basic {swapped}",
        "Basic x",
        "Basic é",
        "Basic ====",
        "Negotiate x",
        f"Bearer {server.token} x",
        "Bearer \xff",
    ]
    send = sender(server, "")
    return lambda method, path: [send(method, path, "{}", Authorization=one) for one in credentials]


@pytest.mark.parametrize("below", ["", "/workspaces/default", "/workspaces/other"])
@pytest.mark.parametrize("endpoint", GUARDED, ids=name_of)
def test_nobody_gets_in_without_the_token(endpoint, below, strangers, sender, server):
    first, *others = [below + prefix + re.sub(r"\{.*?\}", "x", endpoint.path) for prefix in endpoint.under]
    answers = strangers(endpoint.method, first)
    send = sender(server, "")
    answers += [send(endpoint.method, path, "{}") for path in others]
    for answer in answers:
        assert answer.status == 401
        assert answer.error[0] == "UNAUTHENTICATED"
        assert answer.headers["www-authenticate"] == 'Basic realm="Lazward"'


def test_the_public_routes_are_health_version_links_pages_and_what_signing_in_needs():
    public = {(e.method, e.path) for e in ENDPOINTS if e.needs is Permission.PUBLIC}
    assert public == {
        ("GET", "job-logs/{run_id}/{name:path}"),
        ("GET", ""), ("GET", "experiments"), ("GET", "experiments/{path:path}"), ("GET", "jobs"),
        ("GET", "mlflow"), ("GET", "mlflow/"), ("GET", "mlflow/static-files/{path:path}"),
        ("GET", "compute"), ("GET", "compute/{path:path}"), ("GET", "settings"),
        ("GET", "settings/{path:path}"), ("GET", "models"), ("GET", "models/{path:path}"),
        ("GET", "environments"), ("GET", "environments/{path:path}"), ("GET", "runs/{path:path}"),
        ("GET", "assets/{name}"), ("GET", "account"), ("GET", "health"),
        ("GET", "version"), ("GET", "server-info"), ("GET", "style.css"),
        ("GET", "login"), ("POST", "login"), ("POST", "logout"),
        ("GET", "oidc/start"), ("GET", "oidc/callback"), ("GET", "device"), ("POST", "device"),
        ("POST", "device/token"),
    }  # fmt: skip


def test_the_token_is_taken_as_bearer_and_as_the_password_of_anybody(server, sender):
    send = sender(server, "")
    path = f"{API}experiments/get?experiment_id=0"
    basic = base64.b64encode(f"anybody:{server.token}".encode()).decode()
    for given in (
        f"Bearer {server.token}",
        f"bearer {server.token}",
        f"BEARER  {server.token} ",
        f"Basic {basic}",
    ):
        assert send("GET", path, Authorization=given).status == 200, given


def test_a_wrong_method_is_405_and_an_unknown_path_404(send):
    for method in ("PUT", "TRACE", "OPTIONS", "HEAD", "GET", "FROBNICATE"):
        answer = send(method, f"{API}runs/create")
        assert answer.status in (400, 405), method
    assert send("POST", "/health").error[0] == "BAD_REQUEST"
    for path in (
        "/api",
        API,
        f"{API}runs",
        f"{API}runs/create/",
        f"{API}runs//create",
        "//health",
        "/api/9.0/mlflow/runs/create",
    ):
        answer = send("POST", path)
        assert (answer.status, answer.error[0]) == (404, "ENDPOINT_NOT_FOUND"), path
