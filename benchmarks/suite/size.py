"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Bounds of the loads; times are per repetition and server.

    Attributes:
        repetitions: How often each server has its turn.
        seconds: A timed load ends after this.
        batches: Batches of 1,000 points a client sends at most.
        runs: Runs that are created at most.
        search_runs: Runs in the experiment that is searched; the growth row has five times as many.
        searches: Searches whose median counts.
        history: Points of the history that is read as a whole.
        interval: Points of the history that is sampled.
        artifact_mib: Size of the artifact.
        rest: A server has so many seconds to come to rest before the next one's turn.
    """

    repetitions: int
    seconds: float
    batches: int
    runs: int
    search_runs: int
    searches: int
    history: int
    interval: int
    artifact_mib: int
    rest: float


SIZES = {
    # Shows that the suite works; its figures mean nothing.
    "smoke": Size(1, 0.5, 2, 24, 250, 2, 3_000, 12_000, 4, 0),
    "quick": Size(3, 2, 10, 400, 1_000, 10, 20_000, 100_000, 64, 10),
    # What the goals are stated for.
    "full": Size(3, 5, 60, 4_000, 10_000, 20, 100_000, 1_000_000, 512, 10),
}
