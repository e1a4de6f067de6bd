"""Asking the kernel to begin writing what a file already holds, without waiting for it.

A sync at the end then has little left to wait for. Unlike syncs on the way it costs no journal commits,
which a busy disk makes everybody wait for.
"""

import ctypes
from collections.abc import Callable
from typing import Any

_WRITE = 2  # SYNC_FILE_RANGE_WRITE


def begin(fd: int, start: int, stop: int) -> None:
    """Begin with these bytes. A failure shows in the sync at the end; does nothing but on Linux."""
    if _sync_file_range is not None:
        _sync_file_range(fd, start, stop - start, _WRITE)


def _find() -> Callable[..., Any] | None:
    try:
        function = ctypes.CDLL(None).sync_file_range
    except (OSError, AttributeError):
        return None
    function.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
    return function


_sync_file_range = _find()
