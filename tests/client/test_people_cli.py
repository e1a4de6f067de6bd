"""The commands for people, roles and tokens, against a real server."""

import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests import forked

from lazward.client import credentials

LAZWARD = Path(sys.executable).with_name("lazward")
PASSWORD = "correct horse battery"


class Cli:
    """Runs commands as whoever is signed in here."""

    def __init__(self, server, number):
        self.url = server.url
        self.number = number

    def run(self, *arguments, stdin="", **env):
        return forked.lazward(*arguments, stdin=stdin, env=os.environ | {"LAZWARD_SERVER": self.url} | env)

    def does(self, *arguments, stdin="", **env):
        done = self.run(*arguments, stdin=stdin, **env)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def fails(self, *arguments, stdin=""):
        done = self.run(*arguments, stdin=stdin)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
        return done.stderr

    def name(self, text):
        return f"{text}.{self.number}"


@pytest.fixture
def cli(server, tmp_path_factory):
    """The administrator's commands; the credentials here are a copy of the server's."""
    credentials.save(server.url, server.token)
    return Cli(server, tmp_path_factory.mktemp("cli").name)


def as_json(text):
    return json.loads(text)


def test_from_a_new_user_to_a_token_that_may_only_read(cli):
    ada = cli.name("ada")
    cli.does("user", "create", ada, "--password-stdin", "--email", "ada@example.com", stdin=PASSWORD + "\n")
    cli.does("role", "assign", "--user", ada, "--workspace", "default", "--role", "owner")
    assert f"{ada}" in cli.does("role", "list", "--workspace", "default")
    cli.does("login", "--user", ada, stdin=PASSWORD + "\n")
    assert as_json(cli.does("whoami", "--output", "json"))["roles"] == [
        {"workspace": "default", "role": "owner"}
    ]
    assert "owner          of default" in cli.does("whoami")

    made = cli.run(
        "token", "create", "--workspace", "default", "--role", "reader", "--expires", "1h", "--name", "ci"
    )
    token = made.stdout.splitlines()[-1]
    assert token.startswith("lzw_")
    assert token not in made.stderr
    (listed,) = (one for one in as_json(cli.does("token", "list", "-o", "json")) if one["name"] == "ci")
    assert listed["workspace"] == "default"
    assert "run:write" not in listed["permissions"]
    table = cli.does("token", "list").splitlines()
    assert table[0].split()[:4] == ["ID", "USER", "NAME", "KIND"]
    assert any(line.split()[:3] == [str(listed["id"]), ada, "ci"] for line in table[1:])

    credentials.save(cli.url, token)
    assert cli.does("status").splitlines()[-1] == "answers        yes"
    assert "cannot do this" in cli.fails("token", "create")


def test_logging_out_revokes_what_signing_in_left_and_nothing_else(cli):
    ada, personal = cli.name("ada"), credentials.read(cli.url)
    cli.does("user", "create", ada, "--password-stdin", stdin=PASSWORD)
    cli.does("login", "--user", ada, stdin=PASSWORD)
    login = credentials.read(cli.url)
    cli.does("logout")
    assert credentials.read(cli.url) is None
    assert "Nobody is signed in" in cli.fails("logout")
    credentials.save(cli.url, login)
    assert "revoked" in cli.fails("whoami")
    credentials.save(cli.url, personal)
    assert "stays valid" in cli.run("logout").stderr
    credentials.save(cli.url, personal)
    assert "administrator" in cli.does("whoami")


def test_signing_in_fails_in_one_line_without_touching_what_is_saved(cli):
    before = credentials.read(cli.url)
    told = cli.fails("login", "--user", cli.name("nobody"), stdin="wrong")
    assert "The name or the password is wrong" in told
    assert credentials.read(cli.url) == before


def test_users_are_listed_shown_changed_and_removed(cli):
    bot = cli.name("bot")
    cli.does("user", "create", bot, "--service")
    assert as_json(cli.does("user", "show", bot, "-o", "json"))["kind"] == "service"
    assert bot in cli.does("user", "list")
    cli.does("user", "update", bot, "--disabled")
    assert "disabled" in cli.does("user", "show", bot)
    cli.does("user", "update", bot, "--enabled", "--admin")
    assert as_json(cli.does("user", "show", bot, "--output", "json"))["administrator"] is True
    cli.does("user", "remove", bot, "--yes")
    assert "no user" in cli.fails("user", "show", bot)


def test_removing_asks_first(cli):
    bot = cli.name("bot")
    cli.does("user", "create", bot, "--service")
    assert cli.run("user", "remove", bot, stdin="n\n").returncode == 1
    cli.does("user", "remove", bot, stdin="y\n")


def test_a_service_account_is_given_tokens(cli):
    bot = cli.name("bot")
    cli.does("user", "create", bot, "--service")
    token = cli.does("token", "create", "--user", bot, "--permission", "run:read", "--expires", "7d").strip()
    (listed,) = as_json(cli.does("token", "list", "--user", bot, "-o", "json"))
    assert listed["permissions"] == ["run:read"]
    assert bot in cli.does("token", "list", "--all")
    cli.does("token", "revoke", str(listed["id"]))
    assert "no valid token" in cli.fails("token", "revoke", str(listed["id"]))
    credentials.save(cli.url, token)
    cli.fails("whoami")


def test_ones_own_password(cli):
    ada = cli.name("ada")
    cli.does("user", "create", ada, "--password-stdin", stdin=PASSWORD)
    cli.does("login", "--user", ada, stdin=PASSWORD)
    cli.does("user", "password", stdin=f"{PASSWORD}\n{PASSWORD}!\n")
    assert ada in cli.does("whoami")
    cli.does("login", "--user", ada, stdin=PASSWORD + "!")


def test_roles_are_taken_away(cli):
    ada = cli.name("ada")
    cli.does("user", "create", ada, "--no-password")
    cli.does("role", "assign", "--user", ada, "--workspace", "default", "--role", "reader")
    cli.does("role", "remove", "--user", ada, "--workspace", "default")
    assert ada not in cli.does("role", "list", "--workspace", "default")
    told = cli.fails("role", "assign", "--user", ada, "--workspace", "default", "--role", "king")
    assert "contributor" in told


@pytest.mark.parametrize("expires", ["1", "1w", "h", "-1h", "1.5h"])
def test_a_length_of_time_that_is_none(cli, expires):
    assert "30s, 15m, 1h or 7d" in cli.fails("token", "create", f"--expires={expires}")


def test_a_password_is_asked_for_where_there_is_a_keyboard(cli):
    ada, (ours, theirs) = cli.name("ada"), pty.openpty()
    asked = subprocess.Popen(
        [LAZWARD, "user", "create", ada],
        stdin=theirs,
        stderr=subprocess.PIPE,
        env=os.environ | {"LAZWARD_SERVER": cli.url},
    )
    told = b""
    for prompt in (b"Password for", b"Repeat"):
        while not told.endswith(b": ") or prompt not in told:
            told += (letter := asked.stderr.read(1))
            assert letter, told
        time.sleep(0.5)  # it turns the echo off and drops what was typed before
        os.write(ours, PASSWORD.encode() + b"\n")
    _, rest = asked.communicate(timeout=60)
    assert asked.returncode == 0, rest
    assert PASSWORD.encode() not in told + rest
    cli.does("login", "--user", ada, stdin=PASSWORD)
