"""The data that is logged, computed from numbers, so that every answer can be foretold."""

from typing import Any

START = 1_700_000_000_000
"""When the first run began, in milliseconds since the epoch."""

_PRIME = 1_000_003


def params(run: int) -> dict[str, str]:
    """The ten params of a run; each takes twenty values."""
    return {f"p{j}": f"v{(run // (j + 1) + 3 * j) % 20}" for j in range(10)}


def tags(run: int) -> dict[str, str]:
    """The five tags of a run."""
    return {f"t{j}": f"tag{(run + j) % 50}" for j in range(5)}


def metrics(run: int) -> dict[str, float]:
    """The ten metrics of a run, between 0 and 1; no two runs have the same."""
    return {f"m{j}": (run * 7919 + j * 104_729) % _PRIME / _PRIME for j in range(10)}


def batch(run_id: str, run: int) -> dict[str, Any]:
    """All that is logged to a run in one message."""
    time = START + run * 1000
    return {
        "run_id": run_id,
        "params": _pairs(params(run)),
        "tags": _pairs(tags(run)),
        "metrics": [{"key": k, "value": v, "timestamp": time, "step": 0} for k, v in metrics(run).items()],
    }


def value(step: int) -> float:
    """The value of a long history at a step."""
    return step * 7919 % _PRIME / _PRIME


def points(run_id: str, first: int, count: int = 1000) -> dict[str, Any]:
    """A log-batch of one metric's points."""
    steps = range(first, first + count)
    return {
        "run_id": run_id,
        "metrics": [
            {"key": "loss", "value": value(s), "timestamp": START + s * 10, "step": s} for s in steps
        ],
    }


def _pairs(of: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": text} for key, text in of.items()]
