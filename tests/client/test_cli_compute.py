"""``lazward compute`` against a real server."""

import json
import re
import secrets
import time

import pytest
from tests.sshd import Sshd, needs_sshd


@pytest.fixture
def name(lazward):
    """The name of a target, which goes after the test."""
    given = f"c{secrets.token_hex(4)}"
    yield given
    lazward("compute", "delete", given)


def json_of(done):
    status, out, err = done
    assert status == 0, err
    return json.loads(out)


def fails(done, status=1):
    assert done[:2] == (status, "")
    assert done[2].startswith("Error: ")
    assert done[2].count("\n") == 1
    return done[2]


def test_create_show_update_list_and_delete(lazward, name):
    made = json_of(
        lazward(
            "compute", "create", name, "--size", "standard_d3_v2", "--max-nodes", "3", "--idle-seconds", "60",
            "--description", "for all", "--tag", "team=a", "-o", "json",
        )
    )  # fmt: skip
    assert (made["size"]["name"], made["size"]["cpus"], made["max_nodes"]) == ("STANDARD_D3_V2", 4, 3)
    assert (made["idle_seconds"], made["description"], made["tags"]) == (60, "for all", {"team": "a"})
    assert json_of(lazward("compute", "show", name, "-o", "json"))["name"] == name
    changed = json_of(lazward("compute", "update", name, "--max-nodes", "2", "--no-tags", "-o", "json"))
    assert (changed["max_nodes"], changed["idle_seconds"], changed["tags"]) == (2, 60, {})
    changed = json_of(lazward("compute", "update", name, "--idle-seconds", "0", "--tag", "a=b", "-o", "json"))
    assert (changed["max_nodes"], changed["idle_seconds"], changed["tags"]) == (2, 0, {"a": "b"})
    assert name in [one["name"] for one in json_of(lazward("compute", "list", "-o", "json"))]
    _, out, _ = lazward("compute", "list")
    (line,) = [line for line in out.splitlines() if name in line]
    assert "STANDARD_D3_V2 (4 cpus, 14.0 GiB)" in line
    _, out, _ = lazward("compute", "show", name)
    assert "max nodes     2" in out
    assert lazward("compute", "delete", name) == (0, "", "")
    assert f"no compute target '{name}'" in fails(lazward("compute", "show", name))


def test_kinds(lazward, name):
    assert "cluster" in fails(lazward("compute", "create", name, "--kind", "nosuch"))
    assert json_of(lazward("compute", "create", name, "--kind", "cluster", "-o", "json"))["kind"] == "cluster"


def test_nodes(lazward, name):
    assert lazward("compute", "create", name, "--min-nodes", "1", "--max-nodes", "2")[0] == 0
    end = time.monotonic() + 10
    while not (nodes := json_of(lazward("compute", "nodes", name, "-o", "json"))) and time.monotonic() < end:
        time.sleep(0.1)
    assert [(node["number"], node["run_id"]) for node in nodes] == [(0, None)]
    _, out, _ = lazward("compute", "nodes", name)
    assert out.splitlines()[0].split() == ["NUMBER", "STATE", "RUN", "ID", "SINCE"]


def test_sizes(lazward):
    sizes = {one["name"]: one for one in json_of(lazward("compute", "sizes", "-o", "json"))}
    assert sizes["STANDARD_D2_V2"] == {
        "name": "STANDARD_D2_V2",
        "cpus": 2,
        "memory_bytes": 7 * 2**30,
        "gpus": 0,
    }
    _, out, _ = lazward("compute", "sizes")
    assert "7.0 GiB" in out


def test_an_unknown_size_is_told(lazward, name):
    status, out, err = lazward("compute", "create", name, "--vm-size", "MY_BOX")
    assert status == 0
    assert "MY_BOX" in out
    assert "Warning: 'MY_BOX' is no size that has figures of its own; a node has 2 processor(s)" in err


@pytest.mark.parametrize("given", ["a", "1abc", "a_b", "a b", "x" * 25, "local", ""])
def test_names_that_are_impossible(lazward, given):
    fails(lazward("compute", "create", given))


def test_a_name_that_is_taken(lazward, name):
    assert lazward("compute", "create", name)[0] == 0
    assert "already" in fails(lazward("compute", "create", name.upper()))


def test_numbers_that_contradict(lazward, name):
    assert "min_nodes is 3, more than max_nodes" in fails(
        lazward("compute", "create", name, "--min-nodes", "3")
    )
    assert lazward("compute", "create", name, "--max-nodes", "2")[0] == 0
    assert "min_nodes is 3, more than max_nodes" in fails(
        lazward("compute", "update", name, "--min-nodes", "3")
    )


@pytest.mark.parametrize(
    "option", [("--min-nodes", "-1"), ("--max-nodes", "0"), ("--max-nodes", "two"), ("--idle-seconds", "-5")]
)
@pytest.mark.parametrize("verb", ["create", "update"])
def test_numbers_that_are_wrong(lazward, name, verb, option):
    fails(lazward("compute", verb, name, *option), 2)


def test_more_nodes_than_there_may_be(lazward, name):
    fails(lazward("compute", "create", name, "--max-nodes", "1001"))


def test_tags_that_are_wrong(lazward, name):
    assert "write --tag NAME=VALUE" in fails(lazward("compute", "create", name, "--tag", "a"))
    assert "either --tag or --no-tags" in fails(
        lazward("compute", "update", name, "--tag", "a=b", "--no-tags")
    )


@pytest.mark.parametrize("verb", ["show", "update", "delete", "nodes"])
@pytest.mark.parametrize("given", ["nowhere", "../x", "a?b"])
def test_targets_of_nothing(lazward, verb, given):
    assert given.rpartition("/")[2] in fails(lazward("compute", verb, given))


def test_attaching_takes_settings_of_the_kind(lazward, name):
    words = ("compute", "attach", name, "--kind", "slurm", "--set", "partition=gpu")
    made = json_of(
        lazward(*words, "--set", "cpus-per-task=4", "--server-url", "http://head:8421", "-o", "json")
    )
    assert made["settings"] == {"partition": "gpu", "cpus_per_task": 4}
    assert (made["kind"], made["server_url"]) == ("slurm", "http://head:8421")


def test_attaching_refuses_what_is_no_setting(lazward, name):
    words = ("compute", "attach", name, "--kind", "slurm", "--set")
    assert "write --set NAME=VALUE" in fails(lazward(*words, "partition"))
    assert "unknown field `wrap`" in fails(lazward(*words, "wrap=rm"))
    assert "partition" in fails(lazward(*words, "partition=a b"))


@needs_sshd
class TestAttach:
    @pytest.fixture
    def host(self, tmp_path):
        made = Sshd(tmp_path / "sshd")
        yield made
        if not made.stopped:
            made.stop()

    @pytest.fixture
    def words(self, host, name):
        """What attaches the host, but for its key."""
        place = f"{host.settings()['user']}@127.0.0.1:{host.port}"
        return ["compute", "attach", name, "--host", place, "--key", str(host.folder / "client")]

    def test_a_host_whose_key_was_compared(self, lazward, name, host, words, tmp_path):
        more = tmp_path / "more.yml"
        more.write_text(f"folder: {host.folder / 'node'}\npython: {host.settings()['python']}\n")
        status, out, err = lazward(*words, "--slots", "2", "--settings", more, "--host-key", host.host_key)
        assert status == 0, err
        for word in ("python", "launcher", "server", "It lets the server in"):
            assert word in out
        found = json_of(lazward("compute", "show", name, "-o", "json"))
        assert (found["kind"], found["max_nodes"], found["secrets"]) == ("ssh", 2, ["private_key"])
        status, out, _ = lazward("compute", "doctor", name)
        assert status == 0
        assert "connection" in out
        more.write_text(json.dumps(found["settings"] | {"variables": {"A": "b"}}))
        words = ["--settings", more, "--secret", f"private_key={host.folder / 'client'}"]
        words += ["--server-url", "http://127.0.0.1:9", "-o", "json"]
        changed = json_of(lazward("compute", "update", name, *map(str, words)))
        assert (changed["settings"]["variables"], changed["max_nodes"]) == ({"A": "b"}, 2)
        status, out, _ = lazward("compute", "doctor", name)
        assert (status, "cannot be reached from there" in out) == (1, True)
        host.stop()
        status, out, _ = lazward("compute", "doctor", name)
        assert (status, "connection" in out) == (1, True)

    def test_a_key_that_nobody_has_confirmed(self, lazward, words):
        told = fails(lazward(*words))
        fingerprint = told.split()[-1]
        assert told.endswith(f"say so with --host-key {fingerprint}\n")
        assert fingerprint.startswith("SHA256:")
        other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA"
        assert "shows none of the keys that were given" in fails(lazward(*words, "--host-key", other))

    @pytest.mark.parametrize("host", ["", "a:b", "user@", "[::1]:x"])
    def test_what_is_no_host(self, lazward, name, host):
        assert "is no host" in fails(lazward("compute", "attach", name, "--host", host))

    def test_files_that_do_not_serve(self, lazward, name, tmp_path):
        (tmp_path / "list.yml").write_text("[1]")
        for words, told in [
            (["--settings", tmp_path / "list.yml"], "holds no settings"),
            (["--settings", tmp_path / "none"], "cannot be read"),
            (["--secret", f"private_key={tmp_path / 'none'}"], "cannot be read"),
            ([], "Name a host and whom"),
        ]:
            assert re.search(told, fails(lazward("compute", "attach", name, *map(str, words))))
