"""What jobs write, readable while they run.

    <workspace folder>/.logs/<run id>/<name>/<offset>     a part of a log, named by where in it it begins

A store of objects cannot append, so a log is kept in parts. When its job is over they become one artifact of
the run and go (``seal``), whoever ended the job and how.
"""

from collections.abc import AsyncIterator, Iterable

from lazward.errors import InvalidRequest, NotFound
from lazward.wire.jobs import BUILD_LOG, LOG, OLD_LOG, is_rank_log
from lazward_server.artifacts.metered import Metered
from lazward_server.artifacts.paths import LOGS, join
from lazward_server.artifacts.store import BlobStore

NAMES = (LOG, BUILD_LOG)
MOST_BYTES = 8 * 2**20
"""Of one part."""
_DIGITS = 15


class Part:
    """Where a part lies.

    Attributes:
        start: Its first byte, counted in the log.
        size: Bytes.
        key: Where it is in the store.
    """

    __slots__ = ("key", "size", "start")

    def __init__(self, start: int, size: int, key: str) -> None:
        self.start, self.size, self.key = start, size, key


def canonical(name: str) -> str:
    """A log by its name of today.

    Raises:
        NotFound: Jobs have no log of this name.
    """
    name = LOG if name == OLD_LOG else name
    if name not in NAMES and not is_rank_log(name):
        raise NotFound(f"Jobs have no log '{name[:200]}'; they have {', '.join((*NAMES, OLD_LOG))}.")
    return name


def all_names(there: list[str]) -> list[str]:
    """The names of logs, with the older one that ``LOG`` answers to."""
    return [*there, OLD_LOG] if LOG in there else there


async def parts(blobs: BlobStore, folder: str, run_id: str, name: str) -> list[Part]:
    """The parts of a log, in order, as far as they join."""
    home = _home(folder, run_id, name)
    found: list[Part] = []
    end = 0
    for entry in sorted(await blobs.list_folder(home), key=lambda one: one.path):
        start = int(entry.path)
        if start > end or entry.size is None:
            break
        found.append(Part(start, entry.size, join(home, entry.path)))
        end = max(end, start + entry.size)
    return found


async def length(blobs: BlobStore, folder: str, run_id: str, name: str) -> int:
    """Bytes of a log so far."""
    found = await parts(blobs, folder, run_id, name)
    return max((part.start + part.size for part in found), default=0)


async def append(blobs: BlobStore, folder: str, run_id: str, name: str, offset: int, content: bytes) -> None:
    """Keep a part. The same part again takes its own place.

    Raises:
        InvalidRequest: It is too large.
    """
    if len(content) > MOST_BYTES:
        raise InvalidRequest(f"A part of a log has at most {MOST_BYTES} bytes.")
    key = join(_home(folder, run_id, name), f"{offset:0{_DIGITS}d}")
    await blobs.put(key, _once(content), len(content))


async def read(blobs: BlobStore, found: list[Part], offset: int, most: int) -> bytes:
    """Some bytes of a log from an offset on; none at its end."""
    pieces: list[bytes] = []
    for part in found:
        end = part.start + part.size
        if end <= offset or most <= 0:
            continue
        blob = await blobs.open(part.key)
        try:
            stop = min(part.size, offset - part.start + most)
            pieces.extend([piece async for piece in blob.read(offset - part.start, stop)])
        finally:
            blob.close()
        most -= stop - (offset - part.start)
        offset = part.start + stop
    return b"".join(pieces)


async def names(blobs: BlobStore, folder: str, run_id: str) -> list[str]:
    """The logs that a running job has."""
    there = {entry.path for entry in await blobs.list_folder(join(folder, LOGS, run_id))}
    return in_order(name.replace("~", "/") for name in there)


def in_order(there: Iterable[str]) -> list[str]:
    """Those of these names that are logs, those of single processes last."""
    found = set(there)
    return [name for name in NAMES if name in found] + sorted(filter(is_rank_log, found))


async def seal(blobs: Metered, folder: str, run_id: str, artifacts: str) -> None:
    """Make artifacts of the logs of a job that is over; again changes nothing.

    Args:
        blobs: The store.
        folder: The workspace's.
        run_id: The job's run.
        artifacts: The key of the run's artifacts.
    """
    for name in await names(blobs, folder, run_id):
        found = await parts(blobs, folder, run_id, name)
        if found:
            size = max(part.start + part.size for part in found)
            await blobs.replace(join(artifacts, name), joined(blobs, found), size)
    await blobs.delete(join(folder, LOGS, run_id))


async def joined(blobs: BlobStore, found: list[Part], offset: int = 0) -> AsyncIterator[bytes]:
    """What parts hold together, from an offset on."""
    for part in found:
        end = part.start + part.size
        if end <= offset:
            continue
        blob = await blobs.open(part.key)
        try:
            async for piece in blob.read(offset - part.start, part.size):
                yield piece
        finally:
            blob.close()
        offset = end


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _home(folder: str, run_id: str, name: str) -> str:
    return join(folder, LOGS, run_id, _flat(name))


def _flat(name: str) -> str:
    return name.replace("/", "~")
