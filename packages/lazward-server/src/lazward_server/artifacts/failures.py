"""What the operating system's failures mean to a client."""

import errno
from collections.abc import Generator
from contextlib import contextmanager

from lazward.errors import InvalidRequest, LazwardError, StorageFull, Unavailable

_FULL = (errno.ENOSPC, errno.EDQUOT)
_BAD_KEY = (errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY, errno.EILSEQ)


@contextmanager
def explained() -> Generator[None]:
    """Turn any ``OSError`` inside into the error to report."""
    try:
        yield
    except OSError as error:
        raise explain(error) from error


def explain(error: OSError) -> LazwardError:
    """The error to report; texts never tell where on the server the folder lies."""
    if error.errno in _FULL:
        return StorageFull(
            "The disk of the artifacts is full; nothing was written. Free some space and try again."
        )
    why = error.strerror or type(error).__name__
    if error.errno in _BAD_KEY:
        return InvalidRequest(f"No artifact can be stored under this path: {why}.")
    return Unavailable(f"The folder of the artifacts failed: {why}.")
