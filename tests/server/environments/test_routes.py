"""The routes of environments on a real server: what is answered, and what bad input comes to."""

import secrets

import pytest

V1 = "/api/v1/"
SPEC = {"python": {"conda": {"pip": ["numpy"]}}}


class Desk:
    """One workspace."""

    def __init__(self, client, workspace="default"):
        self.client, self.base = client, f"/workspaces/{workspace}{V1}environments"

    def register(self, name, spec=SPEC, **more):
        return self.client.post(self.base, json={"name": name, "spec": spec, **more})

    def get(self, path, **params):
        return self.client.get(f"{self.base}/{path}", params=params)

    def names(self):
        return [one["name"] for one in self.client.get(self.base).json()["environments"]]


@pytest.fixture
def client(each_server):
    with each_server.client() as client:
        yield client


@pytest.fixture
def desk(client):
    return Desk(client)


@pytest.fixture
def name():
    return f"e-{secrets.token_hex(5)}"


def refused(answer, status=400):
    assert answer.status_code == status, answer.text
    return answer.json()["message"]


def test_registered_and_found(desk, name):
    made = desk.register(name, definition={"name": name, "deep": [{"x": None}]})
    assert made.status_code == 200, made.text
    assert made.json()["version"] == "1"
    assert made.json()["definition"] == {"name": name, "deep": [{"x": None}]}
    assert desk.register(name, {"python": {"user_managed": True}}).json()["version"] == "2"
    assert desk.get(name).json()["version"] == "2"
    assert desk.get(name, version="1").json() == made.json()
    assert [one["version"] for one in desk.get(f"{name}/versions").json()["environments"]] == ["2", "1"]
    assert name in desk.names()
    assert "AzureML-Minimal" in desk.names()


@pytest.mark.parametrize("odd", ["a", "A.b_c-1", "ünïcode", "x" * 255])
def test_names_that_are_possible(desk, name, odd):
    given = (name + odd)[-255:]
    assert desk.register(given).status_code == 200
    assert desk.get(given).json()["name"] == given


@pytest.mark.parametrize(
    "wrong", ["", "a b", "-a", ".a", "a/b", "../a", "a\n", "a\0", "<script>", "x" * 256, None, 3, ["a"]]
)
def test_names_that_are_not(desk, wrong):
    assert "name" in refused(desk.register(wrong))
    assert wrong not in desk.names()


@pytest.mark.parametrize(
    "spec",
    [
        None,
        "python",
        ["python"],
        {"python": "3.11"},
        {"python": {"conda": {"pip": "numpy"}}},
        {"python": {"conda": {"pip": [1]}}},
        {"python": {"conda": {"channels": {"a": "b"}}}},
        {"python": {"user_managed": "perhaps"}},
        {"variables": ["A"]},
        {"variables": {"A": 1}},
        {"image": 7},
    ],
)
def test_specifications_that_are_none(desk, name, spec):
    assert "spec" in refused(desk.register(name, spec))
    assert name not in desk.names()


def test_a_specification_is_needed(client, desk, name):
    assert "spec" in refused(client.post(desk.base, json={"name": name}))


def test_names_that_come_with_the_server(desk):
    assert "clone it" in refused(desk.register("AzureML-Minimal"))
    assert desk.get("AzureML-Minimal").json()["curated"] is True


@pytest.mark.parametrize("path", ["nope", "nope/versions", "%3Cscript%3E", "%00", "a%0A", "'%20or%201=1"])
def test_what_is_not_there(desk, path):
    answer = desk.get(path)
    assert answer.status_code in (400, 404), answer.text
    assert answer.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize("version", ["0", "99", "x", "<b>", "9" * 40, "-1", "\u0663"])
def test_a_version_that_is_not_there(desk, name, version):
    desk.register(name)
    assert name in refused(desk.get(name, version=version), 404)


def test_another_workspaces_are_not_seen(client, desk, name):
    client.post(f"{V1}workspaces", json={"name": f"env-{name}"}).raise_for_status()
    other = Desk(client, f"env-{name}")
    desk.register(name)
    assert name not in other.names()
    for path in (name, f"{name}/versions"):
        refused(other.get(path), 404)
    assert other.register(name, {"image": "ubuntu"}).json()["version"] == "1"
    client.delete(f"{V1}workspaces/env-{name}").raise_for_status()
    assert desk.get(name).json()["spec"] == SPEC
