"""What stays out of a snapshot: git's own opinion is asked."""

import subprocess

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lazward.errors import SnapshotError
from lazward.snapshot.folder import listed

NAMES = ["a", "b.py", "c.txt", "data", "d e"]
FOLDERS = ["", "a/", "data/", "data/a/"]
PATTERNS = st.sampled_from(
    ["a", "/a", "a/", "*.py", "!b.py", "data/*", "!data/a", "**/c.txt", "/data/", "d\\ e", "# note", "", "*",
     "!*/", "data/**/b.py", "[ab]*", "!c.txt", "data/a/", "?.txt", "\\!a", "a/b.py"]
)  # fmt: skip


def write(root, files):
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)


def kept(root):
    return {found.path for found in listed(root)}


def kept_by_git(root):
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-per-directory=.gitignore"],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stdout.split("\0")) - {""}


def tree():
    """Files below the folders; where one name is both, the folder wins."""
    return {
        f"{folder}{name}": "" for folder in FOLDERS for name in NAMES if f"{folder}{name}/" not in FOLDERS
    }


@given(
    root_rules=st.lists(PATTERNS, max_size=4),
    inner=st.lists(PATTERNS, max_size=3),
    where=st.sampled_from(FOLDERS[1:]),
)
@example(root_rules=["a"], inner=["!*/"], where="data/")
@example(root_rules=["*.py"], inner=["!data/a"], where="a/")
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_git_keeps_the_same(tmp_path_factory, root_rules, inner, where):
    root = tmp_path_factory.mktemp("tree")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    rules = {".gitignore": "\n".join(root_rules)} | (
        {f"{where}.gitignore": "\n".join(inner)} if inner else {}
    )
    write(root, tree() | rules)
    assert kept(root) == kept_by_git(root)


def test_amlignore_counts_instead_of_gitignore(tmp_path):
    write(tmp_path, {".gitignore": "*.csv\n", ".amlignore": "*.log\n", "a.csv": "", "a.log": "", "a.py": ""})
    assert kept(tmp_path) == {".amlignore", ".gitignore", "a.csv", "a.py"}


def test_what_is_nobodys_work_never_goes_in(tmp_path):
    write(
        tmp_path, {".git/config": "", "x/__pycache__/a.pyc": "", "x/.ipynb_checkpoints/n": "", "x/a.py": ""}
    )
    assert kept(tmp_path) == {"x/a.py"}


def test_rules_that_cannot_be_read_are_named(tmp_path):
    (tmp_path / ".amlignore").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SnapshotError, match=r"\.amlignore cannot be used"):
        listed(tmp_path)
