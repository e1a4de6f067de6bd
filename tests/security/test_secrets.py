"""Planted secrets are found in no file, no log and no answer; what is stored lets nobody in."""

import json
import logging
import secrets

import pytest
from tests.conftest import SQLITE_FIRST
from tests.people import People

from lazward_server.auth import tokens
from lazward_server.auth.roles import Role

API = "/api/2.0/mlflow/"


@pytest.fixture(params=SQLITE_FIRST)
def server(request, start_server):
    options = ["--log-level", "debug"]
    if request.param == "postgresql":
        options += ["--database", request.getfixturevalue("postgres").database()]
    return start_server(*options)


def everything(server, people):
    """All that the server has written, and all that its tables hold."""
    for path in server.home.rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()
    yield "the log", server.log.read_bytes()
    for table, rows in people.db.read_now(dump).items():
        yield f"table {table}", rows.encode()


def dump(tx):
    from lazward_server.db.schema import metadata

    return {name: repr(tx.execute(table.select()).all()) for name, table in metadata.tables.items()}


def test_a_planted_secret_is_found_nowhere(server, sender):
    people = People(server)
    password, wrong = f"pass-{secrets.token_hex(12)}", f"wrong-{secrets.token_hex(12)}"
    send, anybody = sender(server), sender(server, "")
    body = {"name": "ada", "password": password}
    send.json("POST", "/api/v1/users", body)
    made = send.json("POST", "/api/v1/users/ada/tokens", {"name": "t"})["token"]
    login = anybody.json("POST", "/api/v1/login", body)["token"]
    access = sender(server, login).json("POST", "/api/v1/tokens/access", {})["access_token"]
    changed = f"new-{secrets.token_hex(12)}"
    change = {"old_password": password, "new_password": changed}
    sender(server, login).json("POST", "/api/v1/me/password", change)
    anybody("POST", "/api/v1/login", json.dumps({"name": "ada", "password": wrong}))
    unknown = f"lzw_{secrets.token_hex(20)}"
    sender(server, unknown)("GET", f"{API}runs/get?run_id=x")
    run = send.json("POST", f"{API}runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]
    answers = [
        send("GET", f"{API}runs/get?run_id={run}").body,
        send("GET", "/api/v1/users").body,
        send("GET", "/api/v1/users/ada/tokens").body,
        send("GET", "/api/v1/audit").body,
        send("GET", "/api/v1/me").body,
    ]
    planted = [server.token, password, wrong, changed, made, login, access, unknown]
    server.stop()
    found = [("an answer", answer) for answer in answers]
    for place, content in [*found, *everything(server, people)]:
        for secret in planted:
            assert secret.encode() not in content, (place, secret[:8])
    people.db.close()


def test_what_is_stored_of_a_token_opens_nothing(server, sender):
    people = People(server)
    _, token = people.member(1, Role.READER)
    stored = tokens.digest(token)
    assert sender(server, token)("GET", f"{API}experiments/get?experiment_id=0").status == 200
    for shown in (stored, token[:8], token.swapcase()):
        assert sender(server, shown)("GET", f"{API}experiments/get?experiment_id=0").status == 401
    people.db.close()


def test_no_folder_or_file_of_a_home_is_open_to_others(server, sender):
    send = sender(server)
    send("PUT", "/api/2.0/mlflow-artifacts/artifacts/a/b/c.txt", b"x")
    open_to_others = [path for path in [server.home, *server.home.rglob("*")] if path.lstat().st_mode & 0o077]
    assert open_to_others == []
    assert server.config.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in server.config.iterdir())


def test_a_secret_in_settings_is_not_logged(caplog):
    from lazward_server.db import engines

    caplog.set_level(logging.DEBUG)
    engine = engines.create("postgresql://u:s3cret@127.0.0.1:1/db")
    with pytest.raises(Exception, match=r"connection") as failed:
        engine.connect()
    assert "s3cret" not in engines.reason(failed.value) + caplog.text + repr(engine)
