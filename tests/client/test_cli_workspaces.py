"""``lazward workspace`` and ``lazward group`` against a real server, in this process."""

import io
import json
import secrets

import pytest

from lazward.cli import main, output
from lazward.client import workspaces
from lazward.client.address import parse
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri


@pytest.fixture
def answering(monkeypatch):
    """A person at the keyboard who types this."""

    class Keyboard(io.StringIO):
        def isatty(self):
            return True

    return lambda text: monkeypatch.setattr("sys.stdin", Keyboard(text))


def name(kind="cli"):
    return f"{kind}-{secrets.token_hex(4)}"


def json_of(done):
    status, out, err = done
    assert (status, err) == (0, ""), err
    return json.loads(out)


class TestWorkspace:
    def test_create_show_update_list(self, lazward):
        given = name()
        made = json_of(
            lazward("workspace", "create", given, "--description", "seeing", "--tag", "team=a", "-o", "json")
        )
        assert (made["name"], made["role"], made["tags"]) == (given, "owner", {"team": "a"})
        assert json_of(lazward("workspace", "show", given, "--output", "json")) == made
        changed = ("--friendly-name", "Seeing", "--tag", "a=b=c")
        assert json_of(lazward("workspace", "update", given, *changed, "-o", "json"))["tags"] == {"a": "b=c"}
        found = json_of(lazward("workspace", "update", given, "--no-tags", "-o", "json"))
        assert (found["tags"], found["friendly_name"], found["description"]) == ({}, "Seeing", "seeing")
        assert found in json_of(lazward("workspace", "list", "-o", "json"))
        _, out, _ = lazward("workspace", "list")
        heads, *lines = out.splitlines()
        assert heads.split() == ["NAME", "GROUP", "ROLE", "DESCRIPTION", "CREATED"]
        assert [line.split()[:4] for line in lines if given in line] == [
            [given, "default", "owner", "seeing"]
        ]

    def test_create_twice(self, lazward):
        given = name()
        assert lazward("workspace", "create", given)[0] == 0
        status, out, err = lazward("workspace", "create", given)
        assert (status, out) == (1, "")
        assert f"'{given}' already" in err
        assert json_of(lazward("workspace", "create", given, "--exist-ok", "-o", "json"))["name"] == given

    def test_in_a_group(self, lazward):
        group, given = name("group"), name()
        assert "no resource group" in lazward("workspace", "create", given, "--group", group)[2]
        made = lazward(
            "workspace", "create", given, "--resource-group", group, "--create-group", "-o", "json"
        )
        assert json_of(made)["group"] == group
        assert [one["name"] for one in json_of(lazward("workspace", "list", "-g", group, "-o", "json"))] == [
            given
        ]

    def test_limits(self, lazward):
        given = name()
        lazward("workspace", "create", given)
        found = json_of(
            lazward("workspace", "limits", given, "--runs", "5", "--artifact-bytes", "10", "-o", "json")
        )
        assert (found["most_runs"], found["most_artifact_bytes"], found["most_requests"]) == (5, 10, None)
        assert json_of(lazward("workspace", "limits", given, "-o", "json"))["most_runs"] is None

    @pytest.mark.parametrize(
        ("arguments", "status", "told"),
        [
            (["show", "nowhere"], 1, "nowhere"),
            (["create", "a b"], 1, "cannot name a workspace"),
            (["create", "ok1", "--tag", "x"], 1, "--tag NAME=VALUE"),
            (["update", "x1", "--tag", "a=b", "--no-tags"], 1, "either"),
            (["list", "--output", "xml"], 2, "xml"),
        ],
    )
    def test_what_makes_no_sense_is_one_line(self, lazward, arguments, status, told):
        got, out, err = lazward("workspace", *arguments)
        assert (got, out, err.count("\n")) == (status, "", 1)
        assert told in err


class TestDelete:
    def test_a_dry_run_deletes_nothing(self, lazward):
        given = name()
        lazward("workspace", "create", given)
        told = json_of(lazward("workspace", "delete", given, "--dry-run", "-o", "json"))
        assert (told["dry_run"], told["workspaces"], told["experiments"], told["bytes"]) == (
            True,
            [given],
            1,
            0,
        )
        assert lazward("workspace", "show", given)[0] == 0

    def test_it_asks_after_telling_what_goes(self, lazward, answering):
        given = name()
        lazward("workspace", "create", given)
        answering("n\n")
        status, out, err = lazward("workspace", "delete", given, "--no-wait")
        assert (status, out) == (1, "")
        assert "1 experiment (0 B of artifacts)" in err
        assert lazward("workspace", "show", given)[0] == 0
        answering("y\n")
        assert lazward("workspace", "delete", given, "--no-wait")[0] == 0
        assert lazward("workspace", "show", given)[0] == 1

    def test_without_anybody_to_ask_it_wants_yes(self, lazward, monkeypatch):
        given = name()
        lazward("workspace", "create", given)
        monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
        status, _, err = lazward("workspace", "delete", given)
        assert status == 1
        assert "--yes" in err
        assert lazward("workspace", "show", given)[0] == 0
        assert lazward("workspace", "delete", given, "--yes", "--no-wait")[0] == 0

    def test_a_group_goes_with_its_workspaces(self, lazward, answering):
        group, inside = name("group"), sorted([name(), name()])
        for one in inside:
            lazward("workspace", "create", one, "-g", group, "--create-group")
        answering("y\n")
        status, _, err = lazward("group", "delete", group, "--no-wait")
        assert status == 0
        assert f"Workspaces: {', '.join(inside)}." in err
        assert lazward("group", "show", group)[0] == 1
        assert lazward("workspace", "show", inside[0])[0] == 1

    def test_it_waits_and_tells_what_is_left(self, recorder, capsys, monkeypatch):
        monkeypatch.setattr(workspaces, "_BETWEEN", 0)
        server = recorder()
        counts = dict.fromkeys(
            ["experiments", "runs", "logged_models", "registered_models", "model_versions"], 0
        )
        gone = {"dry_run": False, "ids": [7], "workspaces": ["a"], "files": 1, "bytes": 1536, **counts}
        left = {
            "workspaces": [{"id": 7, "name": "a", "deleting_at": 1}, {"id": 8, "name": "b", "deleting_at": 2}]
        }
        server.answers = [
            (200, body, {}) for body in (gone, left, left, {"workspaces": left["workspaces"][1:]})
        ]
        assert main.run(["workspace", "delete", "a", "--yes", "--server", server.url]) == 0
        out, err = capsys.readouterr()
        assert "bytes" in out
        assert "1.5 KiB" in out
        assert err.splitlines() == ["Still being removed: a. You need not wait for it."]
        assert [path for _, path, _ in server.requests] == ["/api/v1/workspaces/a"] + [
            "/api/v1/deletions"
        ] * 3


class TestGroup:
    def test_all_of_it(self, lazward):
        group = name("group")
        assert json_of(lazward("group", "create", group, "--tag", "a=b", "-o", "json"))["tags"] == {"a": "b"}
        assert json_of(lazward("group", "update", group, "--tag", "c=d", "-o", "json"))["tags"] == {"c": "d"}
        assert group in [one["name"] for one in json_of(lazward("group", "list", "-o", "json"))]
        _, out, _ = lazward("group", "show", group)
        assert [line.split() for line in out.splitlines()][:2] == [["name", group], ["tags", "c=d"]]
        assert json_of(lazward("group", "delete", group, "--dry-run", "-o", "json"))["workspaces"] == []
        assert lazward("group", "delete", group, "--yes")[0] == 0
        assert "default" in lazward("group", "delete", "default", "--yes")[2]


class TestClient:
    def test_check_needs_a_workspace_that_is_there(self, server, monkeypatch):
        from lazward.errors import NotFound

        monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))
        for given in (None, "default"):
            workspaces.check(Connection(WorkspaceUri(parse(server.url), given)))
        with pytest.raises(NotFound):
            workspaces.check(Connection(WorkspaceUri(parse(server.url), "nowhere")))


class TestOutput:
    @pytest.mark.parametrize(
        ("count", "words"),
        [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1536, "1.5 KiB"),
            (2**30, "1.0 GiB"),
            (2**60, "1048576.0 TiB"),
        ],
    )
    def test_sizes_in_words(self, count, words):
        assert output.size(count) == words

    def test_long_lines_are_whole_where_programs_read_them(self, capsys):
        output.table([{"name": "x" * 300, "at": None}], ["name", "at"], output.Form.TABLE)
        assert "x" * 300 in capsys.readouterr().out

    def test_no_things_are_an_empty_list(self, capsys):
        output.table([], ["name"], output.Form.JSON)
        assert json.loads(capsys.readouterr().out) == []
