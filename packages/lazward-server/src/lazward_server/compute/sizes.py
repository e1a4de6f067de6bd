"""What a node has, by the names that scripts ask for.

The names are Azure's, so that scripts keep theirs; the figures are those sizes' own processors and memory.
Any other name is accepted and gets the figures of the default.
"""

from lazward.wire.compute import Size

_GIB = 2**30
_FIGURES = """
STANDARD_D1_V2 1 3.5 0
STANDARD_D2_V2 2 7 0
STANDARD_D3_V2 4 14 0
STANDARD_D4_V2 8 28 0
STANDARD_D11_V2 2 14 0
STANDARD_D12_V2 4 28 0
STANDARD_D13_V2 8 56 0
STANDARD_DS1_V2 1 3.5 0
STANDARD_DS2_V2 2 7 0
STANDARD_DS3_V2 4 14 0
STANDARD_DS11_V2 2 14 0
STANDARD_DS12_V2 4 28 0
STANDARD_D2S_V3 2 8 0
STANDARD_D4S_V3 4 16 0
STANDARD_D8S_V3 8 32 0
STANDARD_F2S_V2 2 4 0
STANDARD_F4S_V2 4 8 0
STANDARD_NC6 6 56 1
STANDARD_NC12 12 112 2
STANDARD_NC24 24 224 4
STANDARD_NC6S_V3 6 112 1
STANDARD_NC12S_V3 12 224 2
STANDARD_NC24S_V3 24 448 4
"""


def _size(line: str) -> Size:
    name, cpus, memory, gpus = line.split()
    return Size(name, int(cpus), int(float(memory) * _GIB), int(gpus))


ALL = [_size(line) for line in _FIGURES.split("\n") if line]
"""Those with figures of their own."""
_BY_NAME = {size.name: size for size in ALL}
DEFAULT = _BY_NAME["STANDARD_D2_V2"]
"""What a node has where nothing is said, or nothing that is known."""


def find(name: str) -> tuple[Size, bool]:
    """What a node of this size has, and whether the name is a known one. The case does not matter."""
    if known := _BY_NAME.get((name or DEFAULT.name).upper()):
        return known, True
    return Size(name, DEFAULT.cpus, DEFAULT.memory_bytes, DEFAULT.gpus), False
