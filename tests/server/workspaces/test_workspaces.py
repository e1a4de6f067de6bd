"""Workspaces as rows: names, who sees what, limits, and what deleting frees."""

import pytest

from lazward.errors import AlreadyExists, Conflict, InvalidRequest, NotFound
from lazward.wire.workspaces import CreateWorkspace, SetLimits, UpdateWorkspace
from lazward_server.http.workspace import find_workspace
from lazward_server.tracking import experiments
from lazward_server.workspaces import deleting, groups, names, workspaces
from tests.server.workspaces.conftest import ROOT


@pytest.fixture
def make(write):
    """Makes workspaces as the administrator."""
    return lambda name, **more: write(workspaces.create, ROOT, CreateWorkspace(name, **more))


class TestCreate:
    def test_it_has_what_was_given_and_an_owner(self, make):
        made = make(
            "vision", friendly_name="Seeing", description="d", location="lab", sku="big", tags={"a": "b"}
        )
        assert (made.name, made.group, made.friendly_name, made.description) == (
            "vision",
            "default",
            "Seeing",
            "d",
        )
        assert (made.location, made.sku, made.tags, made.role) == ("lab", "big", {"a": "b"}, "owner")
        assert made.updated_at is None
        assert made.created_at > 0

    def test_what_was_not_given_has_sensible_values(self, make):
        made = make("vision")
        assert (made.friendly_name, made.location, made.sku, made.tags) == ("vision", "local", "basic", {})
        assert (made.most_artifact_bytes, made.most_runs, made.most_requests) == (None, None, None)

    def test_it_begins_with_an_experiment_of_its_own(self, make, read):
        made = make("vision")
        found = read(experiments.get_by_name, made.id, "Default")
        assert int(found.experiment_id) > 0
        assert found.artifact_location == f"mlflow-artifacts:/{found.experiment_id}"

    def test_its_folder_is_no_other_workspaces(self, make, read):
        folders = {read(find_workspace, make(name).name).folder for name in ("a-2", "a3", "b3")}
        assert len(folders) == 3
        assert "default" not in folders

    def test_in_a_group(self, make):
        with pytest.raises(NotFound, match="research"):
            make("vision", group="research")
        assert make("vision", group="research", create_group=True).group == "research"
        assert make("speech", group="research", create_group=True).group == "research"
        assert make("sound", group="research").group == "research"

    def test_a_name_is_taken_whatever_the_case_of_its_letters(self, make):
        make("Vision", group="research", create_group=True)
        for name in ("Vision", "vision", "VISION"):
            with pytest.raises(AlreadyExists, match=r"'Vision' already, in the resource group 'research'"):
                make(name)
        with pytest.raises(AlreadyExists):
            make("Default")

    def test_nothing_is_left_of_one_that_fails(self, make, read):
        with pytest.raises(InvalidRequest):
            make("vision", group="research", create_group=True, tags={"": "x"})
        assert [group.name for group in read(groups.listed, ROOT)] == ["default"]


@pytest.mark.parametrize("name", ["ml", "Team_A-1", "0x", "a" * 63, "ends-"])
def test_names_of_mlflow_and_of_azure_are_possible(name):
    names.check(name, "workspace")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a",
        "a" * 64,
        "-a",
        "_a",
        "a b",
        "a/b",
        "a.b",
        "..",
        "a~1",
        "é1",
        "ab\n",
        "a%",
        "api",
        "API",
        "workspaces",
    ],
)
def test_names_that_are_not_possible(name):
    with pytest.raises(InvalidRequest, match="workspace"):
        names.check(name, "workspace")


class TestWhoSeesWhat:
    def test_members_see_theirs_and_administrators_all(self, make, read, person):
        one, two = make("one"), make("two")
        reader, nobody = person("eve", {two.id: "reader"}), person("noah")
        assert [w.name for w in read(workspaces.listed, reader)] == ["two"]
        assert [w.role for w in read(workspaces.listed, reader)] == ["reader"]
        assert read(workspaces.listed, nobody) == []
        assert [w.name for w in read(workspaces.listed, ROOT)] == ["default", "one", "two"]
        assert [w.name for w in read(workspaces.listed, ROOT._replace(only=one.id))] == ["one"]

    def test_the_list_of_one_group(self, make, read):
        make("one", group="research", create_group=True)
        make("two")
        assert [w.name for w in read(workspaces.listed, ROOT, "research")] == ["one"]
        assert read(workspaces.listed, ROOT, "nothing") == []

    def test_groups_show_what_one_may_see(self, make, read, person, write):
        write(groups.create, "empty", {"cost": "7"})
        seen = make("seen", group="research", create_group=True)
        make("hidden", group="research")
        reader = person("eve", {seen.id: "reader"})
        assert [(g.name, g.workspaces) for g in read(groups.listed, reader)] == [("research", ["seen"])]
        assert [(g.name, g.workspaces) for g in read(groups.listed, ROOT)] == [
            ("default", ["default"]),
            ("empty", []),
            ("research", ["hidden", "seen"]),
        ]
        with pytest.raises(NotFound, match="empty"):
            read(groups.get, reader, "empty")
        assert read(groups.get, ROOT, "empty").tags == {"cost": "7"}


class TestChange:
    def test_what_is_left_out_stays(self, make, write, read):
        made = make("vision", description="old", tags={"a": "b"})
        write(workspaces.update, made.id, UpdateWorkspace(friendly_name="Seeing"))
        found = read(workspaces.get, ROOT, made.id)
        assert (found.friendly_name, found.description, found.tags) == ("Seeing", "old", {"a": "b"})
        assert found.updated_at >= found.created_at
        write(workspaces.update, made.id, UpdateWorkspace(description="", tags={}))
        found = read(workspaces.get, ROOT, made.id)
        assert (found.friendly_name, found.description, found.tags) == ("Seeing", "", {})

    def test_nothing_to_change_changes_nothing(self, make, write, read):
        made = make("vision")
        write(workspaces.update, made.id, UpdateWorkspace())
        assert read(workspaces.get, ROOT, made.id) == made

    def test_limits_are_set_all_at_once(self, make, write, read):
        made = make("vision")
        write(workspaces.set_limits, made.id, SetLimits(most_runs=10, most_requests=5))
        found = read(find_workspace, "vision")
        assert (found.most_artifact_bytes, found.most_runs, found.most_requests) == (None, 10, 5)
        write(workspaces.set_limits, made.id, SetLimits(most_artifact_bytes=1))
        found = read(workspaces.get, ROOT, made.id)
        assert (found.most_artifact_bytes, found.most_runs, found.most_requests) == (1, None, None)

    @pytest.mark.parametrize(
        "tags", [{"": "v"}, {"k" * 251: "v"}, {"k": "v" * 5001}, {str(n): "" for n in range(51)}]
    )
    def test_tags_have_limits(self, make, write, tags):
        with pytest.raises(InvalidRequest, match="tag"):
            write(workspaces.update, make("vision").id, UpdateWorkspace(tags=tags))
        with pytest.raises(InvalidRequest, match="tag"):
            write(groups.create, "research", tags)


class TestDelete:
    def test_it_is_gone_at_once_and_its_name_is_free(self, make, write, read):
        made = make("vision")
        write(workspaces.mark_deleting, [made.id])
        assert read(find_workspace, "vision") is None
        assert [w.name for w in read(workspaces.listed, ROOT)] == ["default"]
        again = make("vision")
        assert again.id != made.id
        assert [(one.id, one.name) for one in read(deleting.unfinished, ROOT)] == [(made.id, "vision")]

    def test_twice_is_no_error(self, make, write, read):
        made = make("vision")
        write(workspaces.mark_deleting, [made.id])
        (first,) = read(deleting.unfinished, ROOT)
        write(workspaces.mark_deleting, [made.id])
        assert read(deleting.unfinished, ROOT) == [first]

    def test_who_had_a_role_on_it_sees_how_it_goes(self, make, write, read, person):
        made = make("vision")
        owner, stranger = person("eve", {made.id: "owner"}), person("noah")
        write(workspaces.mark_deleting, [made.id])
        assert [one.name for one in read(deleting.unfinished, owner)] == ["vision"]
        assert read(deleting.unfinished, stranger) == []

    def test_the_first_one_stays(self, write, read):
        with pytest.raises(Conflict, match="default"):
            write(workspaces.mark_deleting, [1])
        assert read(find_workspace, "default").id == 1

    def test_counts_tell_what_it_holds_and_nothing_of_others(self, make, read, write):
        made = make("vision")
        write(experiments.create, 1, "elsewhere", "", [])
        write(experiments.create, made.id, "here", "", [])
        assert read(deleting.counted, [made.id]) == {
            "experiments": 2,
            "runs": 0,
            "logged_models": 0,
            "registered_models": 0,
            "model_versions": 0,
        }


class TestGroups:
    def test_names_are_unique_whatever_their_case(self, write):
        write(groups.create, "Research", {})
        with pytest.raises(AlreadyExists, match="'Research'"):
            write(groups.create, "research", {})

    def test_tags_change(self, write, read):
        write(groups.create, "research", {"a": "1"})
        write(groups.set_tags, "research", {"b": "2"})
        assert read(groups.get, ROOT, "research").tags == {"b": "2"}
        with pytest.raises(NotFound):
            write(groups.set_tags, "nothing", {})

    def test_the_first_one_stays(self, write):
        with pytest.raises(Conflict, match="default"):
            write(groups.remove, "default")

    def test_remove(self, write, read):
        write(groups.create, "research", {})
        write(groups.remove, "research")
        with pytest.raises(NotFound):
            read(groups.find, "research")
