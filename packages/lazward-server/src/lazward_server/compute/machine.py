"""What the server's own machine has."""

from pathlib import Path


def gpus() -> int:
    """Graphics processors of NVIDIA's, as the driver shows them."""
    return len(list(Path("/proc/driver/nvidia/gpus").glob("*")))
