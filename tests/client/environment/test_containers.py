"""Which engine runs containers, and the words that it is called with."""

import os
import socket
from itertools import pairwise
from pathlib import Path

import pytest

from lazward.environment import containers
from lazward.environment.containers import Container, Engine, Image
from lazward.errors import EnvironmentUnavailable

DOCKER, PODMAN = Engine("docker", "/usr/bin/docker"), Engine("podman", "/usr/bin/podman")


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Puts programs into the only folder that is searched; they are never called."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")

    def put(*names, answering=False):
        for name in names:
            (tmp_path / name).write_text("#!/bin/false\n")
            (tmp_path / name).chmod(0o700)
        if answering:
            line = socket.socket(socket.AF_UNIX)
            line.bind(f"{tmp_path}/docker.sock")
            line.listen()
            return line
        return None

    return put


def container(**more) -> Container:
    return Container(name="c", folder=Path("/job"), variables={}, **more)


def call(engine: Engine, given: Container, *argv: str) -> list[str]:
    return containers.call(Image(engine, "sha256:1", "/bin"), given, argv or ("python", "t.py")).words


class TestFind:
    @pytest.mark.parametrize(
        ("names", "answering", "found"),
        [
            (("docker", "podman"), True, "docker"),
            (("docker", "podman"), False, "podman"),
            (("podman",), True, "podman"),
            (("docker",), True, "docker"),
        ],
    )
    def test_docker_where_it_answers_and_else_podman(self, programs, names, answering, found):
        line = programs(*names, answering=answering)
        assert containers.find().name == found
        if line:
            line.close()

    @pytest.mark.parametrize(
        ("names", "told"),
        [((), "is not installed. Install it"), (("docker",), "does not answer. Start it")],
    )
    def test_where_there_is_none(self, programs, names, told):
        programs(*names)
        with pytest.raises(EnvironmentUnavailable, match=f"^Docker engine {told}, install Podman, or leave"):
            containers.find()

    def test_an_engine_elsewhere_is_believed_in(self, programs, monkeypatch):
        programs("docker", "podman")
        monkeypatch.setenv("DOCKER_HOST", "ssh://there")
        assert containers.find().name == "docker"


class TestCall:
    def test_variables_are_given_by_name(self):
        given = container()._replace(variables={"TOKEN": "secret", "A": "two\nlines"})
        made = containers.call(Image(DOCKER, "sha256:1", "/bin"), given, ["p"])
        assert [made.words[i + 1] for i, word in enumerate(made.words) if word == "--env"] == ["TOKEN", "A"]
        assert "secret" not in " ".join(made.words)
        assert made.variables == {**os.environ, "TOKEN": "secret", "A": "two\nlines"}

    @pytest.mark.parametrize(
        "name", ["PATH", "HOME", "LD_PRELOAD", "DOCKER_HOST", "CONTAINERS_CONF", "XDG_X"]
    )
    def test_the_engines_own_program_is_not_misled(self, name):
        given = container()._replace(variables={name: "/the/jobs"})
        made = containers.call(Image(PODMAN, "sha256:1", "/bin"), given, ["p"])
        assert f"{name}=/the/jobs" in made.words
        assert made.variables.get(name) == os.environ.get(name)

    def test_the_words_of_the_program_come_last_and_replace_the_images_own(self):
        words = call(DOCKER, container(), "/bin/sh", "-c", "echo $A")
        assert words[-5:] == ["--entrypoint", "/bin/sh", "sha256:1", "-c", "echo $A"]

    def test_what_is_shown_has_the_same_path_and_cannot_be_written(self):
        words = call(DOCKER, container(shown=[Path("/env")]))
        assert [word for word in words if word.startswith("type=bind")] == [
            "type=bind,source=/env,destination=/env,readonly",
            "type=bind,source=/job,destination=/job",
        ]

    @pytest.mark.parametrize(
        ("engine", "user", "expected"),
        [(DOCKER, 1000, True), (DOCKER, 0, False), (PODMAN, 1000, False)],
    )
    def test_what_it_writes_is_ours(self, engine, user, expected, monkeypatch):
        monkeypatch.setattr(os, "getuid", lambda: user)
        monkeypatch.setattr(os, "getgid", lambda: 7)
        assert (f"{user}:7" in call(engine, container())) is expected

    def test_limits(self):
        words = call(DOCKER, container(cpus=2, memory_bytes=2**30, shm_size="2g"))
        for pair in (("--cpus", "2"), ("--memory", str(2**30)), ("--shm-size", "2g")):
            assert pair in pairwise(words)
        assert {"--cpus", "--memory", "--shm-size", "--gpus"}.isdisjoint(call(DOCKER, container()))

    def test_graphics_processors(self):
        assert _behind("--gpus", call(DOCKER, container(gpus=True))) == ["--gpus", "all"]
        assert _behind("--device", call(PODMAN, container(gpus=True))) == ["--device", "nvidia.com/gpu=all"]


def test_removing_with_an_engine_that_is_gone_is_no_error():
    containers.remove(Engine("podman", "/nowhere/podman"), "c")


def _behind(name: str, words: list[str]) -> list[str]:
    return words[words.index(name) : words.index(name) + 2]
