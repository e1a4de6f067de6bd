"""People and service accounts behind the authentication classes."""

import sys

import httpx
import pytest

from azureml.core import Experiment, Workspace
from azureml.core.authentication import (
    AzureMLTokenAuthentication,
    InteractiveLoginAuthentication,
    ServicePrincipalAuthentication,
)
from azureml.exceptions import AuthenticationException
from lazward.client import credentials, login


@pytest.fixture
def nobody(monkeypatch, tmp_path):
    """Nobody is signed in here."""
    monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(tmp_path / "empty"))


@pytest.fixture
def service(server):
    """A token of a service account that may log to the default workspace."""
    with server.client() as client:
        client.post("/api/v1/users", json={"name": "pipeline", "kind": "service"})
        client.put("/api/v1/workspaces/default/members/pipeline", json={"role": "data-scientist"})
        return client.post("/api/v1/users/pipeline/tokens", json={"name": "test"}).json()


def name_of(server, token):
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{server.url}/api/v1/me", headers=headers).json()["name"]


@pytest.mark.usefixtures("project", "nobody")
class TestServicePrincipal:
    def test_a_service_accounts_token_stands_for_the_password(self, server, service):
        auth = ServicePrincipalAuthentication("tenant", "pipeline", service["token"])
        assert name_of(server, auth.get_token().token) == "pipeline"
        assert Experiment(Workspace.from_config(auth=auth), "by-a-service").id

    def test_one_that_is_refused_is_told_at_once(self, server, service):
        with server.client() as client:
            client.delete(f"/api/v1/server/tokens/{service['id']}").raise_for_status()
        auth = ServicePrincipalAuthentication("tenant", "pipeline", service["token"])
        with pytest.raises(AuthenticationException, match="does not accept"):
            Workspace.from_config(auth=auth)
        with pytest.raises(AuthenticationException, match="does not accept"):
            auth.get_token()

    def test_azures_own_password_goes_nowhere(self):
        with pytest.raises(AuthenticationException, match="lazward login"):
            ServicePrincipalAuthentication("tenant", "id", "azure's secret").get_token()


@pytest.mark.usefixtures("project")
class TestInteractive:
    @pytest.fixture
    def asked(self, monkeypatch, server):
        """A person at the keyboard, who signs in as the administrator."""
        found = []

        def sign_in(where):
            found.append(where.url)
            credentials.save(where.url, server.token)

        monkeypatch.setattr(login, "interactively", sign_in)
        monkeypatch.setattr(login, "can_ask", lambda: True)
        return found

    @pytest.mark.usefixtures("nobody")
    def test_who_is_not_signed_in_is_asked(self, server, asked):
        auth = InteractiveLoginAuthentication()
        for _ in range(2):
            assert name_of(server, auth.get_token().token) == "administrator"
        assert Workspace.from_config(auth=auth).name == "default"
        assert asked == [server.url]

    def test_who_is_signed_in_is_asked_only_by_force_and_once(self, server, asked):
        InteractiveLoginAuthentication().get_token()
        assert asked == []
        auth = InteractiveLoginAuthentication(force=True)
        auth.get_token()
        auth.get_token()
        assert asked == [server.url]

    @pytest.mark.usefixtures("nobody")
    def test_where_nobody_can_be_asked_it_is_told(self, monkeypatch):
        monkeypatch.setattr(sys, "stdin", None)
        with pytest.raises(AuthenticationException, match="lazward login"):
            InteractiveLoginAuthentication().get_token()


@pytest.mark.usefixtures("project")
def test_a_jobs_own_token(server, monkeypatch):
    monkeypatch.setenv("LAZWARD_SERVER", server.url)
    monkeypatch.setenv("LAZWARD_TOKEN", server.token)
    auth = AzureMLTokenAuthentication.create("azure's token", 0)
    assert name_of(server, auth.get_token().token) == "administrator"
