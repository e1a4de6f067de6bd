"""What a generator reports."""

import msgspec


class Load(msgspec.Struct):
    """An answered load.

    Attributes:
        requests: Answers that arrived; at most one more per connection may have been stored.
        failed: How many of them were not 200, or never came.
        seconds: How long it took.
        p50: Median time of a request, in seconds.
        p99: The time that 99 of 100 stay under.
    """

    requests: int
    failed: int
    seconds: float
    p50: float
    p99: float
