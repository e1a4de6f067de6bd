"""``lazward snapshot``, as people use it."""

import json
import re
import secrets

from tests import forked


def lazward(server, *words, cwd=None):
    return forked.lazward(*words, env=server.environment(LAZWARD_SERVER=server.url), cwd=cwd)


def test_a_folder_is_kept_shown_and_put_back(server, tmp_path):
    source, back = tmp_path / "source", tmp_path / "back"
    source.mkdir()
    (source / "train.py").write_text("print(1)\n")
    (source / "notes.log").write_text("x")
    (source / ".amlignore").write_text("*.log\n")
    made = lazward(server, "snapshot", "create", cwd=source)
    assert re.fullmatch(r"[0-9a-f]{64}\n", made.stdout), made.stderr
    number = made.stdout.strip()
    assert lazward(server, "snapshot", "create", source, "-w", "default").stdout == made.stdout
    shown = lazward(server, "snapshot", "show", number, "--output", "json")
    assert [file["path"] for file in json.loads(shown.stdout)] == [".amlignore", "train.py"]
    assert "train.py" in lazward(server, "snapshot", "show", number).stdout
    done = lazward(server, "snapshot", "restore", number, back)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert sorted(path.name for path in back.iterdir()) == [".amlignore", "train.py"]
    again = lazward(server, "snapshot", "restore", number, back)
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert "is not empty" in again.stderr


def test_the_configured_workspace_is_meant(server, tmp_path):
    name = f"snap-{secrets.token_hex(4)}"
    assert lazward(server, "workspace", "create", name).returncode == 0
    assert lazward(server, "config", "--workspace", name, cwd=tmp_path).returncode == 0
    number = lazward(server, "snapshot", "create", cwd=tmp_path).stdout.strip()
    assert lazward(server, "snapshot", "show", number, "-w", name).returncode == 0
    elsewhere = lazward(server, "snapshot", "show", number, "-w", "default")
    assert "has no snapshot" in elsewhere.stderr
