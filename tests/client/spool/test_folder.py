import os
import subprocess
import sys
import time

import msgspec
import pytest

from lazward.spool import folder, owner, record
from lazward.spool.owner import SILENCE

HOLDER = """
import sys
from pathlib import Path
from lazward.spool import folder, owner
made = folder.create(Path(sys.argv[1]), owner.this_process("lazward+http://127.0.0.1:1/workspaces/w"))
print(made.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(root):
    """A process that holds a spool, and the spool's path."""
    running = subprocess.Popen(
        [sys.executable, "-c", HOLDER, root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    running.stdout.readline()
    yield running
    running.kill()
    running.wait()


def change(path, **fields):
    """Make the owner of a spool another one."""
    wrote = msgspec.structs.replace(folder.read_owner(path), **fields)
    (path / "owner.json").write_bytes(msgspec.json.encode(wrote))


def test_a_spool_is_for_its_user_only(root):
    made = folder.create(root, owner.this_process("x"))
    modes = {path.name: path.stat().st_mode & 0o777 for path in [root, *root.rglob("*")]}
    assert modes.pop(root.name) == modes.pop(made.path.name) == 0o700
    assert set(modes.values()) == {0o600}


def test_nobody_takes_the_spool_of_a_process_that_lives(root, holder):
    (path,) = folder.paths(root)
    assert folder.read_owner(path).pid == holder.pid
    assert folder.claim(path) is None


def test_one_takes_the_spool_of_a_process_that_was_killed(root, holder):
    holder.kill()
    holder.wait()
    (path,) = folder.paths(root)
    claimed = folder.claim(path)
    assert claimed.owner.workspace == "lazward+http://127.0.0.1:1/workspaces/w"
    assert folder.claim(path) is None, "a second one takes it too"
    claimed.release()
    assert folder.claim(path) is not None


def test_a_spool_of_another_machine_is_taken_after_a_long_silence_only(root):
    made = folder.create(root, owner.this_process("x"))
    change(made.path, host="elsewhere")
    made.release()
    assert folder.claim(made.path) is None
    long_ago = time.time() - SILENCE - 1
    os.utime(made.path / "owner.json", (long_ago, long_ago))
    assert folder.claim(made.path) is not None


def test_a_sign_of_life_keeps_other_machines_away(root):
    made = folder.create(root, owner.this_process("x"))
    change(made.path, host="elsewhere")
    os.utime(made.path / "owner.json", (0, 0))
    made.give_sign()
    made.release()
    assert folder.claim(made.path) is None


def test_without_locks_the_process_itself_tells_whether_it_lives(root, holder):
    wrote = folder.read_owner(folder.paths(root)[0])
    assert owner.may_live(wrote, 0, locked=False)
    assert not owner.may_live(msgspec.structs.replace(wrote, boot="earlier"), 0, locked=False)
    assert not owner.may_live(msgspec.structs.replace(wrote, started="1"), 0, locked=False)
    holder.kill()
    holder.wait()
    assert not owner.may_live(wrote, 0, locked=False)


def test_a_spool_in_another_format_is_left_alone(root):
    made = folder.create(root, owner.this_process("x"))
    change(made.path, format=record.FORMAT)
    made.release()
    assert folder.read_owner(made.path)
    (made.path / "owner.json").write_bytes(
        (made.path / "owner.json").read_bytes().replace(b'"format":1', b'"format":2')
    )
    assert folder.claim(made.path) is None


def test_what_others_can_write_is_no_spool(root):
    made = folder.create(root, owner.this_process("x"))
    assert folder.paths(root) == [made.path]
    made.path.chmod(0o777)
    (root / "link").symlink_to(made.path)
    assert folder.paths(root) == []


def test_how_far_the_server_is_survives_the_process(root):
    made = folder.create(root, owner.this_process("x"))
    (made.path / "00000003.log").write_bytes(b"x" * 100)
    made.acknowledge(folder.Position(3, 50))
    made.release()
    assert folder.claim(made.path).position == (3, 50)
