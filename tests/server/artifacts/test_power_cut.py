"""An acknowledged artifact is still there after the power fails.

The store runs on a file system in an image. Stopping it and copying the image loses what only the kernel's
memory held, as a power cut would; what was acknowledged must be whole in the copy.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="mounting an image needs root"),
    pytest.mark.skipif(shutil.which("mkfs.ext4") is None, reason="there is no mkfs.ext4"),
]

WRITER = """
import asyncio, sys
from lazward_server.artifacts.disk import Disk

async def content(size):
    for start in range(0, size, 65536):
        yield bytes([size % 251]) * min(65536, size - start)

async def write(disk, number):
    each = 0
    while True:
        size = (number * 7919 + each * 104729) % 300_000
        key = f"w/{number}/{each % 5}/{each}-{size}"
        await disk.put(key, content(size), size)
        print(key, flush=True)
        each += 1

async def main():
    disk = Disk(sys.argv[1])
    await asyncio.gather(*[write(disk, number) for number in range(4)])

asyncio.run(main())
"""


@contextmanager
def mounted(image: Path, folder: Path) -> Iterator[Path]:
    folder.mkdir(exist_ok=True)
    if subprocess.run(["mount", "-o", "loop", image, folder], check=False).returncode:
        pytest.skip("this machine lets nobody mount an image")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_acknowledged_artifacts_survive_a_power_cut(tmp_path: Path) -> None:
    image, copy = tmp_path / "image", tmp_path / "copy"
    with image.open("wb") as file:
        file.truncate(256 * 2**20)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
    with mounted(image, tmp_path / "mounted") as folder:
        log = tmp_path / "acknowledged"
        with log.open("wb") as out:
            writer = subprocess.Popen([sys.executable, "-c", WRITER, folder / "artifacts"], stdout=out)
        try:
            for turn in range(5):
                time.sleep(1)
                writer.send_signal(signal.SIGSTOP)
                time.sleep(0.1)
                acknowledged = log.read_text().split()
                shutil.copyfile(image, copy)
                writer.send_signal(signal.SIGCONT)
                assert len(acknowledged) > turn
                with mounted(copy, tmp_path / "after") as after:
                    verify(after / "artifacts", acknowledged)
        finally:
            writer.kill()
            writer.wait()


def verify(root: Path, acknowledged: list[str]) -> None:
    for key in acknowledged:
        size = int(key.rpartition("-")[2])
        assert (root / key).read_bytes() == bytes([size % 251]) * size, key
    for path in (root / "w").rglob("*-*"):
        assert path.stat().st_size == int(path.name.rpartition("-")[2])
