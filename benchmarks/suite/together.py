"""Several clients at once."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def together(count: int, client: Callable[[int], Result]) -> tuple[float, list[Result]]:
    """Run ``client(0)`` to ``client(count - 1)`` in threads that begin at the same moment.

    Returns:
        The seconds from there until the last has ended, and what each returned.

    Raises:
        Exception: The first of theirs.
    """
    barrier = threading.Barrier(count + 1)
    results: dict[int, Result] = {}
    errors: list[Exception] = []

    def go(number: int) -> None:
        barrier.wait()
        try:
            results[number] = client(number)
        except Exception as error:  # noqa: BLE001 - raised again where the caller waits
            errors.append(error)

    threads = [threading.Thread(target=go, args=(number,), daemon=True) for number in range(count)]
    for thread in threads:
        thread.start()
    barrier.wait()
    begin = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begin
    if errors:
        raise errors[0]
    return seconds, [results[number] for number in range(count)]
