"""What is told of a work tree, asked of real repositories."""

import os
import subprocess

import pytest

from lazward.snapshot import git


@pytest.fixture
def run(tmp_path):
    """Runs git in a new repository."""
    who = {
        f"GIT_{role}_{field}": "x@example.com"
        for role in ("AUTHOR", "COMMITTER")
        for field in ("NAME", "EMAIL")
    }

    def run(*words):
        done = subprocess.run(
            ["git", *words], cwd=tmp_path, env=os.environ | who, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    run("init", "-q", "-b", "main")
    return run


def test_a_commit_with_its_branch_and_repository(run, tmp_path):
    (tmp_path / "a.py").write_text("1")
    run("add", ".")
    run("commit", "-qm", "first")
    run("remote", "add", "origin", "https://me:secret@git.example.com/team/project.git")
    head = run("rev-parse", "HEAD")
    address = "https://git.example.com/team/project.git"
    assert git.state(tmp_path) == git.Git(head, "main", address, dirty=False)
    (tmp_path / "new.py").touch()
    assert not git.state(tmp_path).dirty
    (tmp_path / "a.py").write_text("2")
    assert git.state(tmp_path).dirty
    run("checkout", "-q", "--detach")
    assert git.state(tmp_path).branch == ""


@pytest.mark.usefixtures("run")
def test_before_the_first_commit(tmp_path):
    assert git.state(tmp_path) == git.Git("", "main", "", dirty=False)


def test_only_the_folder_itself_counts_as_changed(run, tmp_path):
    for name in ("mine", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "f").write_text("1")
    run("add", ".")
    run("commit", "-qm", "first")
    (tmp_path / "other" / "f").write_text("2")
    assert not git.state(tmp_path / "mine").dirty
    assert git.state(tmp_path / "other").dirty


@pytest.mark.parametrize("address", ["git@git.example.com:team/project.git", "../elsewhere"])
def test_addresses_without_a_password_stay(run, tmp_path, address):
    run("remote", "add", "origin", address)
    assert git.state(tmp_path).repository == address


def test_outside_of_a_work_tree_and_without_git_nothing_is_known(tmp_path, monkeypatch):
    assert git.state(tmp_path) is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git.state(tmp_path) is None


def test_a_git_that_hangs_is_left_alone(tmp_path, monkeypatch):
    slow = tmp_path / "git"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(git, "_SECONDS", 0.2)
    assert git.state(tmp_path) is None


def test_what_git_cannot_tell_in_time_is_not_called_clean(run, tmp_path, monkeypatch):
    whole = git._ask
    monkeypatch.setattr(
        git, "_ask", lambda folder, end, *words: None if words[0] == "status" else whole(folder, end, *words)
    )
    assert git.state(tmp_path).dirty is None
    assert run("status", "--porcelain") == ""


def test_another_repository_in_the_environment_is_not_meant(run, tmp_path, monkeypatch):
    run("remote", "add", "origin", "https://[x/y")
    other = tmp_path / "other"
    subprocess.run(["git", "init", "-q", "-b", "elsewhere", other], check=True)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert git.state(tmp_path) == git.Git("", "main", "", dirty=False)
