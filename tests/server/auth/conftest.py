"""People of a server who are sure to be new, and what they send."""

import itertools

import httpx
import pytest

V1 = "/api/v1/"
PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


class People:
    """Speaks to a server as whoever holds a token."""

    def __init__(self, server):
        self.server = server
        self._client = httpx.Client(base_url=server.url, timeout=60)
        self.number = next(_numbers)

    def name(self, text):
        return f"{text}.{self.number}"

    def ask(self, method, path, token=None, **message):
        """The response to a request."""
        headers = {"Authorization": f"Bearer {token or self.server.token}"}
        body = {"json": message} if message else {}
        return self._client.request(method, V1 + path, headers=headers, **body)

    def get(self, method, path, token=None, **message):
        """The answer to a request that must succeed."""
        response = self.ask(method, path, token, **message)
        assert response.status_code == 200, response.text
        return response.json()

    def refused(self, status, method, path, token=None, **message):
        """Why a request was refused."""
        response = self.ask(method, path, token, **message)
        assert response.status_code == status, response.text
        return response.json()["message"]

    def make(self, text, role=None, **more):
        """A new person, and a token of theirs."""
        name = self.name(text)
        more = {"password": PASSWORD} | more
        self.get("POST", "users", name=name, **{k: v for k, v in more.items() if v is not None})
        if role is not None:
            self.get("PUT", f"workspaces/default/members/{name}", role=role)
        return name, self.get("POST", f"users/{name}/tokens", name="test")["token"]

    def login(self, name, password=PASSWORD):
        return self._client.post(V1 + "login", json={"name": name, "password": password, "device": "test"})

    def valid(self, token):
        return self.ask("GET", "me", token).status_code == 200

    def close(self):
        self._client.close()


@pytest.fixture
def people(each_server):
    found = People(each_server)
    yield found
    found.close()
