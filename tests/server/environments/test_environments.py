"""Environments as rows: registered, never changed, on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from lazward.errors import InvalidRequest, NotFound
from lazward.wire.environments import CondaSpec, EnvironmentSpec, PythonSpec, RegisterEnvironment
from lazward_server.db.database import Database
from lazward_server.db.schema import environments as rows
from lazward_server.environments import curated, environments
from tests.server.environments.conftest import WORKSPACE, spec


class TestRegister:
    def test_it_has_what_was_given(self, desk):
        wanted = EnvironmentSpec(
            python=PythonSpec(
                conda=CondaSpec(channels=["conda-forge"], packages=["python=3.11"], pip=["numpy==1.26"])
            ),
            variables={"A": "ü\0"},
            image="ubuntu:24.04",
        )
        made = desk.register("sk", wanted, python={"x": [1, None, "\0"]})
        assert (made.name, made.version, made.curated) == ("sk", "1", False)
        assert made.spec == wanted
        assert made.definition == {"python": {"x": [1, None, "\0"]}}
        assert len(made.digest) == 64
        assert made.created_at > 10**12
        assert desk.get() == desk.get("sk", "1") == desk.get("sk", "latest") == made

    def test_other_content_is_another_version(self, desk):
        contents = [
            spec("numpy"),
            spec("numpy", "pandas"),
            spec("pandas", "numpy"),
            spec("numpy", variables={"A": "1"}),
            spec("numpy", image="ubuntu"),
            EnvironmentSpec(python=PythonSpec(user_managed=True)),
            EnvironmentSpec(python=PythonSpec(user_managed=True, interpreter="python3")),
        ]
        assert [desk.register("sk", one).version for one in contents] == list("1234567")
        assert desk.versions() == list("7654321")
        assert desk.get("sk", "3").spec == contents[2]
        assert desk.get().spec == contents[-1]

    def test_another_definition_is_another_version(self, desk):
        assert desk.register(a=1).version == "1"
        assert desk.register(a=2).version == "2"

    def test_the_same_content_keeps_its_version(self, desk):
        first = desk.register(a=1, b={"c": 2, "d": 3})
        assert desk.register(b={"d": 3, "c": 2}, a=1) == first
        other = desk.register("sk", spec("pandas"))
        assert desk.register("sk", spec("pandas")) == other
        assert desk.versions() == ["2", "1"]

    def test_what_was_registered_before_is_found_again(self, desk):
        """The newest version stays the newest: nothing of it changes."""
        first = desk.register()
        desk.register("sk", spec("pandas"))
        assert desk.register() == first
        assert desk.get().version == "2"

    def test_names_count_for_themselves(self, desk):
        desk.register("one")
        assert desk.register("two").version == "1"
        assert desk.register("Two").version == "1"
        assert desk.register("two").digest == desk.get("one").digest
        assert desk.names() == [("Two", "1"), ("one", "1"), ("two", "1")]

    def test_many_versions_are_numbers(self, desk):
        for number in range(12):
            desk.register("sk", spec(f"numpy=={number}"))
        assert desk.get().version == "12"
        assert desk.versions() == [str(number) for number in range(12, 0, -1)]

    def test_processes_that_register_at_once(self, desk, database_url):
        """Other content never gets the same version, and the same content never gets two."""
        others = [Database(database_url) for _ in range(3)]
        together = threading.Barrier(len(others))

        def register(db, package):
            message = RegisterEnvironment(name="sk", spec=spec(package))
            together.wait(10)
            return db.write_now(environments.register, WORKSPACE, message).version

        try:
            for turn in range(8):
                packages = (f"same-{turn}", f"same-{turn}", f"other-{turn}")
                with ThreadPoolExecutor(3) as pool:
                    one, two, other = pool.map(register, others, packages)
                assert one == two != other
        finally:
            for one in others:
                one.close()
        assert desk.versions() == [str(number) for number in range(16, 0, -1)]


class TestFind:
    def test_a_version_that_is_not_there(self, desk):
        desk.register()
        for version in ("2", "0", "-1", "1.0", "", "x", "latest ", "9" * 30, "1;", "\u00b2"):
            with pytest.raises(NotFound, match=r"no version .* of environment 'sk'"):
                desk.get("sk", version)

    def test_a_name_that_is_not_there(self, desk):
        desk.register()
        for name in ("", "nope", "SK", "%", "'; drop table environments; --"):
            with pytest.raises(NotFound, match="no environment"):
                desk.get(name)
            with pytest.raises(NotFound, match="no environment"):
                desk.versions(name)

    def test_another_workspaces_are_not_seen(self, desk):
        other = desk.workspace()
        mine = desk.register()
        with pytest.raises(NotFound):
            desk.get(workspace=other)
        with pytest.raises(NotFound):
            desk.versions(workspace=other)
        assert desk.names(other) == []
        theirs = desk.register("sk", spec("pandas"), workspace=other)
        assert (theirs.version, desk.get()) == ("1", mine)
        assert desk.names(other) == [("sk", "1")]


class TestCurated:
    def test_they_are_everywhere(self, desk):
        for workspace in (WORKSPACE, desk.workspace()):
            found = {one.name: one for one in desk.read(environments.search, workspace)}
            assert {one.name for one in curated.ALL} <= set(found)
            assert all(found[one.name].curated for one in curated.ALL)

    def test_they_stand_among_the_others_by_name(self, desk):
        desk.register("AAA")
        desk.register("zzz")
        names = [one.name for one in desk.read(environments.search, WORKSPACE)]
        assert names == sorted(names)
        assert (names[0], names[-1]) == ("AAA", "zzz")

    def test_each_has_one_version(self, desk):
        for version in ("1", "latest"):
            found = desk.get("AzureML-Minimal", version)
            assert (found.version, found.curated) == ("1", True)
        assert desk.versions("AzureML-Minimal") == ["1"]
        with pytest.raises(NotFound, match="no version '2' of environment 'AzureML-Minimal'"):
            desk.get("AzureML-Minimal", "2")

    def test_their_names_cannot_be_registered(self, desk):
        for one in curated.ALL:
            with pytest.raises(InvalidRequest, match="clone it under another name"):
                desk.register(one.name)
        assert desk.names() == []

    def test_they_hold_what_scripts_written_for_them_import(self):
        assert {"AzureML-Minimal", "AzureML-Tutorial", "AzureML-sklearn-1.5"} <= {
            one.name for one in curated.ALL
        }
        for one in curated.ALL:
            conda = one.spec.python.conda
            assert "azureml-defaults" in conda.pip
            assert not one.spec.python.user_managed
            assert one.definition["name"] == one.name
            assert {"pip": conda.pip} in one.definition["python"]["condaDependencies"]["dependencies"]
            assert len(one.digest) == 64


class TestRemove:
    def test_with_its_workspace(self, desk):
        other = desk.workspace()
        for number in range(5):
            desk.register("sk", spec(f"numpy=={number}"), workspace=other)
        desk.register()
        slices = 0
        while desk.write(environments.remove_slice, other, 2):
            slices += 1
            assert slices < 10
        assert slices >= 2
        assert desk.names(other) == []
        assert desk.names() == [("sk", "1")]
        left = desk.read(lambda tx: tx.execute(sa.select(rows.c.workspace_id)).scalars().all())
        assert left == [WORKSPACE]
