"""What is particular to artifacts on the local disk: durability, privacy, links, leftovers."""

import asyncio
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from lazward.errors import InvalidRequest, NotFound
from lazward_server.artifacts.disk import Disk


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "artifacts"


@pytest.fixture
def disk(root: Path):
    opened = Disk(str(root))
    yield opened
    opened.close()


def run(coroutine):
    return asyncio.run(coroutine)


def modes(root: Path) -> set[int]:
    return {stat.S_IMODE(path.lstat().st_mode) for path in [root, *root.rglob("*")]}


def test_files_and_folders_are_private_whatever_the_umask(root: Path, content) -> None:
    before = os.umask(0)
    try:
        disk = Disk(str(root))
        run(disk.put("w/a/f", content(b"x")))
        assert modes(root) == {0o700, 0o600}
        disk.close()
    finally:
        os.umask(before)


def test_a_file_is_synced_before_it_is_moved_and_its_folders_after(disk, content, monkeypatch) -> None:
    done: list[tuple[str, str]] = []
    names: dict[int, str] = {}
    real = {name: getattr(os, name) for name in ("fsync", "rename", "open")}

    def opened(path, *args, **kwargs):
        fd = real["open"](path, *args, **kwargs)
        names[fd] = Path(path).name
        return fd

    def synced(fd: int) -> None:
        done.append(("fsync", names[fd]))
        real["fsync"](fd)

    def renamed(source, target) -> None:
        names[-1] = Path(source).name
        done.append(("rename", Path(target).name))
        real["rename"](source, target)

    for name, spy in {"open": opened, "fsync": synced, "rename": renamed}.items():
        monkeypatch.setattr(os, name, spy)
    run(disk.put("w/run/f", content(b"x")))
    staged = names[-1]
    assert done == [
        ("fsync", staged),
        ("rename", "f"),
        ("fsync", "run"),
        ("fsync", "w"),
        ("fsync", "artifacts"),
    ]


def test_no_reader_ever_sees_a_part_of_a_file(disk, root: Path) -> None:
    old, new = bytes(2**20), b"1" * 2**21

    async def slowly():
        for start in range(0, len(new), 2**16):
            yield new[start : start + 2**16]
            await asyncio.sleep(0)

    async def scenario() -> None:
        async def once():
            yield old

        await disk.put("w/f", once())
        writing = asyncio.create_task(disk.put("w/f", slowly()))
        while not writing.done():
            assert (root / "w/f").read_bytes() in (old, new)
            assert os.listdir(root / "w") == ["f"]
            await asyncio.sleep(0)
        await writing

    run(scenario())
    assert (root / "w/f").read_bytes() == new


def test_links_are_neither_followed_nor_listed(disk, root: Path, tmp_path: Path, content) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "f").write_text("secret")

    async def scenario() -> None:
        await disk.put("w/real", content(b"x"))
        (root / "w/file").symlink_to(secret / "f")
        (root / "w/folder").symlink_to(secret)
        assert [entry.path for entry in await disk.list_folder("w")] == ["real"]
        assert await disk.list_folder("w/folder") == []
        for key in ("w/file", "w/folder/f"):
            assert await disk.stat(key) is None
            with pytest.raises(NotFound):
                await disk.open(key)
        for key in ("w/file", "w/folder/f", "w/folder/new"):
            with pytest.raises(InvalidRequest):
                await disk.put(key, content(b"overwritten"))
        for key in ("w/folder/f", "w/folder"):
            with pytest.raises(InvalidRequest):
                await disk.delete(key)
        await disk.delete("w")

    run(scenario())
    assert [path.name for path in secret.iterdir()] == ["f"]
    assert (secret / "f").read_text() == "secret"


@pytest.mark.parametrize("key", ["w/d", "w/d/f/x", "w/d/f/x/y"])
def test_a_file_cannot_replace_a_folder_or_lie_below_a_file(disk, root: Path, content, key: str) -> None:
    run(disk.put("w/d/f", content(b"x")))
    with pytest.raises(InvalidRequest, match="No artifact can be stored under this path"):
        run(disk.put(key, content(b"y")))
    assert (root / "w/d/f").read_bytes() == b"x"
    disk.close()
    assert not [path for path in (root / ".staging").rglob("*") if path.name != "lock"]


def test_the_staging_folder_is_no_key(disk, content) -> None:
    for key in (".staging", ".staging/x", f".staging/{os.listdir(disk._root / '.staging')[0]}"):
        for attempt in (
            disk.put(key, content(b"x")),
            disk.open(key),
            disk.delete(key),
            disk.list_folder(key),
        ):
            with pytest.raises(InvalidRequest):
                run(attempt)


def test_a_pipe_among_the_files_is_no_artifact_and_blocks_nobody(disk, root: Path, content) -> None:
    run(disk.put("w/f", content(b"x")))
    os.mkfifo(root / "w/pipe")
    assert [entry.path for entry in run(disk.list_folder("w"))] == ["f"]
    with pytest.raises(InvalidRequest):
        run(disk.open("w/pipe"))


def test_a_name_that_is_no_text_is_not_listed(disk, root: Path, content) -> None:
    run(disk.put("w/f", content(b"x")))
    (root / "w" / os.fsdecode(b"\xff\xfe.txt")).write_text("put there by hand")
    assert [entry.path for entry in run(disk.list_folder("w"))] == ["f"]


def test_files_are_put_while_their_folder_is_deleted_again_and_again(disk, root: Path, content) -> None:
    async def scenario() -> None:
        async def put(number: int) -> None:
            for each in range(30):
                await disk.put(f"w/run/deep/{number}-{each}", content(b"x"))

        async def delete() -> None:
            for _ in range(60):
                await disk.delete("w/run")

        await asyncio.gather(delete(), *map(put, range(4)))
        await disk.put("w/run/deep/last", content(b"x"))

    run(scenario())
    assert (root / "w/run/deep/last").read_bytes() == b"x"


def test_a_folder_deleted_by_many_at_once_is_gone_without_complaint(disk, root: Path, content) -> None:
    async def scenario() -> None:
        for _ in range(5):
            await asyncio.gather(*[disk.put(f"w/run/{number}", content(b"x")) for number in range(20)])
            await asyncio.gather(*[disk.delete("w/run") for _ in range(8)])

    run(scenario())
    assert not (root / "w").exists()


def test_what_a_dead_process_left_is_removed_and_a_living_ones_is_kept(root: Path) -> None:
    living = Disk(str(root))
    mine = living._staging.path()
    mine.write_text("in the making")
    script = f"""
import os
from lazward_server.artifacts.disk import Disk
disk = Disk({str(root)!r})
disk._staging.path().write_text("left over")
os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", script], check=False)
    assert len([path for path in (root / ".staging").rglob("*") if path.name != "lock"]) == 4
    again = Disk(str(root))
    left = [path for path in (root / ".staging").rglob("*") if path.is_file() and path.name != "lock"]
    assert left == [mine]
    again.close()
    living.close()
    assert os.listdir(root / ".staging") == ["lock"]


def test_a_folder_vanishes_in_one_step(disk, root: Path, content) -> None:
    async def scenario() -> None:
        for _ in range(3):
            await asyncio.gather(*[disk.put(f"w/run/{number}", content(b"x")) for number in range(200)])
            deleting = asyncio.create_task(disk.delete("w/run"))
            while not deleting.done():
                assert len(await disk.list_folder("w/run")) in (0, 200)
            await deleting

    run(scenario())
    assert not (root / "w").exists()


def test_after_closing_nothing_hangs(root: Path, content) -> None:
    disk = Disk(str(root))
    disk.close()
    with pytest.raises(Exception, match="shutting down"):
        run(disk.put("w/f", content(b"x")))
