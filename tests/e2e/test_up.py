"""``lazward up``: what it refuses, and in which words; what it leaves on disk; how it ends."""

import http.client
import socket
import sqlite3
import stat
import sys
import threading
from contextlib import suppress

import httpx
import psycopg
import pytest
from tests.conftest import SQLITE_FIRST

from lazward.client import credentials

API = "/api/2.0/mlflow/"


def create_experiment(client, name):
    return client.post(f"{API}experiments/create", json={"name": name})


def names(client):
    found = client.post(f"{API}experiments/search", json={"max_results": 1000}).json()
    return {experiment["name"] for experiment in found["experiments"]}


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


# ---------------------------------------------------------------- starting


def test_it_tells_where_it_serves_and_how_to_connect(start_server):
    server = start_server()
    told = server.log.read_text()
    assert f"Lazward serves {server.home} at {server.url}" in told
    assert f"lazward token show --server {server.url}" in told
    assert server.token not in told


def test_home_and_credentials_are_private(start_server):
    server = start_server()
    assert mode(server.home) == 0o700
    files = [path for path in server.home.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"lazward.db", "lazward.lock"}
    assert {mode(path) & 0o077 for path in server.home.rglob("*")} == {0}
    assert {mode(path) for path in server.config.iterdir()} == {0o600}


def test_the_token_is_stored_only_as_a_hash(start_server):
    server = start_server()
    assert server.token.startswith("lzw_")
    server.stop()
    for path in server.home.rglob("*"):
        if path.is_file():
            assert server.token.encode() not in path.read_bytes(), path


def test_the_token_survives_a_restart(start_server):
    first = start_server()
    first.stop()
    port = int(first.url.rpartition(":")[2])
    again = start_server(home=first.home, port=port)
    assert again.token == first.token
    assert again.client().get(f"{API}experiments/get?experiment_id=0").status_code == 200


def test_another_port_gets_a_valid_token_and_the_old_one_stays_valid(start_server):
    first = start_server()
    first.stop()
    second = start_server(home=first.home)
    assert second.url != first.url
    for token in (first.token, second.token):
        headers = {"Authorization": f"Bearer {token}"}
        assert (
            second.client().get(f"{API}experiments/get?experiment_id=0", headers=headers).status_code == 200
        )


def test_the_address_by_any_of_its_names_finds_the_token(start_server, monkeypatch):
    server = start_server()
    monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))
    port = server.url.rpartition(":")[2]
    assert credentials.read(f"http://localhost:{port}") == server.token


def test_a_credentials_file_of_another_home_gets_a_token_that_works(start_server, tmp_path):
    """The user threw the home away and kept the configuration."""
    first = start_server()
    first.stop()
    port = int(first.url.rpartition(":")[2])
    second = start_server(home=tmp_path / "other", port=port, LAZWARD_CONFIG_DIR=str(first.config))
    token = credentials_in(first.config, second.url)
    assert token != first.token
    answer = second.client().get(
        f"{API}experiments/get?experiment_id=0", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 200


def credentials_in(folder, url):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAZWARD_CONFIG_DIR", str(folder))
        return credentials.read(url)


def test_artifacts_lie_where_the_option_says(start_server, tmp_path):
    server = start_server("--artifacts", str(tmp_path / "elsewhere"))
    path = "/api/2.0/mlflow-artifacts/artifacts/0/a.txt"
    assert server.client().put(path, content=b"hello").status_code == 200
    assert (tmp_path / "elsewhere" / "default" / "0" / "a.txt").read_bytes() == b"hello"
    assert not (server.home / "artifacts").exists()


def test_auth_off_lets_everybody_on_this_machine_in(start_server):
    server = start_server("--auth", "off")
    assert server.client().get(f"{API}experiments/get?experiment_id=0").status_code == 200
    assert not server.config.exists()


def test_an_ipv6_address_is_served(start_server):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    server = start_server("--host", "::1", wait=False)
    url = server.url.replace("127.0.0.1", "[::1]")
    server.url = url
    with server.client() as client:
        wait_for_health(server, client)


def wait_for_health(server, client):
    for _ in range(500):
        assert server.process.poll() is None, server.log.read_text()
        with suppress(httpx.TransportError):
            if client.get("/health").text == "OK":
                return
        threading.Event().wait(0.02)
    raise AssertionError("never healthy")


# ---------------------------------------------------------------- refusing


def test_a_second_server_on_the_same_home_is_refused(start_server, refused):
    server = start_server()
    told = refused("--home", server.home)
    assert f"Another Lazward server already uses {server.home}" in told
    assert server.client().get("/health").text == "OK"


def test_a_taken_port_is_told(refused, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = refused("--port", port)
    assert f"Cannot listen on 127.0.0.1:{port}" in told
    assert "--port" in told
    assert not (tmp_path / "refused" / "lazward.db").exists()


def test_workers_on_sqlite_are_refused_with_the_reason(refused, tmp_path):
    told = refused("--workers", 2)
    assert "--workers needs PostgreSQL: SQLite has one writer" in told
    assert not (tmp_path / "refused").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org"])
def test_no_authentication_on_an_address_others_reach_is_refused(refused, host):
    assert "--auth off is possible only on this machine's own addresses" in refused(
        "--auth", "off", "--host", host
    )


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:p@localhost/db",
        "lazward.db",
        "sqlite:lazward.db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "postgresql://h:notaport/x",
    ],
)
def test_a_database_of_no_known_kind_is_refused(refused, url):
    told = refused("--database", url)
    assert "--database" in told
    assert "postgresql://" in told


def test_passwords_are_not_repeated_in_errors(refused):
    assert "s3cret" not in refused("--database", "mysql://u:s3cret@localhost/db")
    assert "s3cret" not in refused("--database", "postgresql://u:s3cret@127.0.0.1:1/db")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://nobody@127.0.0.1:1/none",
        "postgresql://nobody@no-such-host.invalid/none",
        "postgresql://a:b:c@[/x",
    ],
)
def test_a_postgresql_that_cannot_be_reached_is_told(refused, url):
    assert "Cannot use the database" in refused("--database", url)


def test_a_postgresql_database_that_does_not_exist_is_told(refused, postgres):
    url = postgres.database().replace("/t", "/missing", 1)
    assert "does not exist" in refused("--database", url)


def test_a_file_that_is_no_database_is_told_and_left_alone(refused, tmp_path):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "lazward.db").write_text("my diary " * 1000)
    assert "file is not a database" in refused("--home", home)
    assert (home / "lazward.db").read_text() == "my diary " * 1000


def test_a_database_in_a_missing_folder_is_told(refused, tmp_path):
    assert "Cannot use the database" in refused("--database", f"sqlite:///{tmp_path}/missing/lazward.db")


def test_a_foreign_sqlite_database_is_told_and_left_alone(refused, tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as db:
        db.execute("create table runs(x)")
    assert "is not Lazward's: another program made its table 'runs'" in refused(
        "--database", f"sqlite:///{path}"
    )
    assert sqlite3.connect(path).execute("select name from sqlite_master").fetchall() == [("runs",)]


def test_a_database_of_mlflow_is_told_and_left_alone(refused, tmp_path):
    path = tmp_path / "mlflow.db"
    with sqlite3.connect(path) as db:
        db.execute("create table alembic_version(version_num)")
        db.execute("insert into alembic_version values ('f5a4f2784254')")
    assert "is not Lazward's" in refused("--database", f"sqlite:///{path}")
    assert sqlite3.connect(path).execute("select name from sqlite_master").fetchall() == [
        ("alembic_version",)
    ]


def test_a_postgresql_without_its_driver_tells_how_to_get_it(refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "pip install 'lazward-server[postgres]'" in refused(
        "--database", "postgresql://nobody@127.0.0.1:1/none"
    )


def test_a_database_of_a_newer_version_is_refused(start_server, refused):
    server = start_server()
    server.stop()
    with sqlite3.connect(server.home / "lazward.db") as db:
        db.execute("update alembic_version set version_num = '9999'")
    told = refused("--home", server.home)
    assert "The database is at schema 9999, made by a newer version of Lazward" in told
    assert "Install the newer version, or restore a backup" in told


def test_a_postgresql_database_of_a_newer_version_is_refused(postgres, refused):
    url = postgres.database()
    with psycopg.connect(url) as db:
        db.execute("update alembic_version set version_num = '9999'")
    assert "made by a newer version" in refused("--database", url)


def test_a_home_that_cannot_be_one_is_refused(refused, tmp_path):
    (tmp_path / "file").touch()
    assert "Cannot use" in refused("--home", tmp_path / "file")
    assert "Cannot use" in refused("--home", tmp_path / "file" / "below")


def test_artifacts_that_cannot_be_stored_are_refused_before_serving(refused, tmp_path):
    (tmp_path / "file").touch()
    assert "cannot be used" in refused("--artifacts", tmp_path / "file")
    assert "ftp://" in refused("--artifacts", "ftp://example.org/x")


@pytest.mark.parametrize("host", ["no-such-host.invalid", "300.1.1.1", "a b", "é" * 300])
def test_a_host_that_is_none_is_refused(refused, host):
    assert f"Cannot listen on {host}" in refused("--host", host)


@pytest.mark.parametrize(
    ("option", "value", "status"),
    [
        ("--port", "0", 2),
        ("--port", "70000", 2),
        ("--port", "http", 2),
        ("--workers", "0", 2),
        ("--auth", "maybe", 1),
        ("--log-level", "loud", 1),
        ("--no-such-option", "x", 2),
    ],
)
def test_options_that_make_no_sense_are_refused(refused, option, value, status):
    assert option in refused(option, value, status=status)


def test_a_configuration_folder_that_cannot_be_written_is_told(refused, tmp_path):
    (tmp_path / "file").touch()
    assert str(tmp_path / "file") in refused(LAZWARD_CONFIG_DIR=str(tmp_path / "file"))


# ---------------------------------------------------------------- workspaces


def test_the_default_workspace_answers_below_its_name_too(server):
    client = server.client()
    assert create_experiment(client, "at the root").status_code == 200
    below = f"/workspaces/default{API}experiments/get-by-name"
    found = client.get(below, params={"experiment_name": "at the root"})
    assert found.json()["experiment"]["name"] == "at the root"
    assert client.get("/workspaces/default/health").text == "OK"


@pytest.mark.parametrize("name", ["other", "Default", "default%2F..", "d%00", "1"])
def test_an_unknown_workspace_is_404(server, name):
    answer = server.client().get(f"/workspaces/{name}{API}experiments/get?experiment_id=0")
    assert answer.status_code == 404
    assert answer.json()["error_code"] in ("RESOURCE_DOES_NOT_EXIST", "ENDPOINT_NOT_FOUND")


# ---------------------------------------------------------------- ending


def test_sigterm_ends_with_status_0_and_without_noise(start_server):
    server = start_server()
    with server.client() as client:  # a connection that is kept alive holds nobody up
        client.get("/health")
        assert server.stop() == 0
    told = server.log.read_text()
    assert "Traceback" not in told
    assert "ERROR" not in told


def test_an_upload_that_runs_at_sigterm_is_finished(start_server, wire, eventually):
    server = start_server()
    path = "/api/2.0/mlflow-artifacts/artifacts/0/slow.bin"
    pieces = [bytes([i]) * 1000 for i in range(20)]
    head = wire.request(
        "PUT", path, host=server.url[7:], content_length="20000", authorization=f"Bearer {server.token}"
    )
    with wire.connect(server.url) as sock:
        sock.sendall(head + pieces[0])
        eventually(lambda: list((server.home / "artifacts" / ".staging").glob("*/*")))
        server.process.terminate()
        for piece in pieces[1:]:
            threading.Event().wait(0.03)
            sock.sendall(piece)
        assert wire.read_reply(sock).status == 200
    assert server.process.wait(30) == 0
    assert (server.home / "artifacts/default/0/slow.bin").read_bytes() == b"".join(pieces)


def write_until_it_ends(server, number, acknowledged, broken):
    """One client with a connection of its own; sends until the server hangs up between two requests."""
    connection = http.client.HTTPConnection(server.url[7:], timeout=30)
    headers = {"Content-Type": "application/json", **server.headers}
    for i in range(100_000):
        name = f"{number}-{i}"
        try:
            connection.request("POST", f"{API}experiments/create", f'{{"name":"{name}"}}', headers)
            answer = connection.getresponse()
            body = answer.read()
        except OSError:  # refused, or closed while it was idle
            return
        except http.client.HTTPException as error:
            broken.append(repr(error))
            return
        if answer.status == 200:
            acknowledged.append(name)
        elif answer.status != 503:
            broken.append((answer.status, body))


@pytest.mark.parametrize("engine", SQLITE_FIRST)
def test_what_was_answered_before_sigterm_is_there_after_a_restart(
    start_server, request, tree, eventually, engine
):
    options = ()
    if engine == "postgresql":
        options = ("--database", request.getfixturevalue("postgres").database(), "--workers", "2")
    server = start_server(*options)
    acknowledged, broken = [], []
    writers = [
        threading.Thread(target=write_until_it_ends, args=(server, i, acknowledged, broken)) for i in range(8)
    ]
    for writer in writers:
        writer.start()
    threading.Event().wait(0.7)
    children = tree.children(server.process.pid)
    assert server.stop() == 0
    for writer in writers:
        writer.join(30)
    assert not broken
    assert len(acknowledged) > 8
    eventually(lambda: not tree.alive(children))  # Python's own helper process ends a moment later
    assert "Traceback" not in server.log.read_text()
    again = start_server(*options, home=server.home)
    assert names_by_pages(again.client()) >= set(acknowledged)


def names_by_pages(client):
    found, token = set(), ""
    while True:
        body = {"max_results": 1000, "page_token": token}
        page = client.post(f"{API}experiments/search", json=body).json()
        found |= {experiment["name"] for experiment in page["experiments"]}
        token = page.get("next_page_token")
        if not token:
            return found


def test_a_connection_that_waits_to_be_accepted_at_sigterm_is_not_cut_off(start_server, wire):
    """It is answered, or refused as a whole; no answer stops in the middle."""
    server = start_server()
    sockets = [wire.connect(server.url) for _ in range(50)]
    for sock in sockets:
        sock.sendall(wire.request("GET", "/health"))
    server.process.terminate()
    for sock in sockets:
        with sock:
            received = b""
            with suppress(ConnectionResetError):
                while piece := sock.recv(65536):
                    received += piece
            assert not received or received.endswith(b"\r\n\r\nOK")
    assert server.process.wait(30) == 0


# ---------------------------------------------------------------- several processes


@pytest.fixture
def two_workers(start_server, postgres):
    url = postgres.database()
    return start_server("--database", url, "--workers", "2")


def test_both_processes_serve_and_keep_what_eight_clients_write(two_workers, tree):
    children = [child for child in tree.children(two_workers.process.pid) if serves(child)]
    assert len(children) == 2
    counts = [child.cpu_times().user for child in children]

    def write(number):
        for i in range(25):
            with httpx.Client(base_url=two_workers.url, headers=two_workers.headers, timeout=30) as client:
                assert create_experiment(client, f"{number}-{i}").status_code == 200

    writers = [threading.Thread(target=write, args=(i,)) for i in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert names(two_workers.client()) == {f"{n}-{i}" for n in range(8) for i in range(25)} | {"Default"}
    assert all(child.cpu_times().user > before for child, before in zip(children, counts, strict=True))


def serves(process):
    return "spawn_main" in " ".join(process.cmdline())


def test_children_do_not_outlive_their_parent(two_workers, tree, eventually):
    children = tree.children(two_workers.process.pid)
    two_workers.process.kill()
    eventually(lambda: not tree.alive(children))


def test_a_child_that_dies_is_replaced(two_workers, tree, eventually):
    first, second = (child for child in tree.children(two_workers.process.pid) if serves(child))
    first.kill()
    first.wait(10)

    def replaced():
        found = [child for child in tree.children(two_workers.process.pid) if serves(child)]
        return len(found) == 2 and second in found

    eventually(replaced)
    assert two_workers.client().get("/health").text == "OK"
    assert two_workers.stop() == 0
