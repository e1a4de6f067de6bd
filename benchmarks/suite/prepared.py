"""Prepares an environment as a launcher does, in a process of its own, and prints the seconds it took.

python prepared.py FOLDER REQUIREMENT ...
"""

import sys
import time
from pathlib import Path

from lazward.environment.prepare import prepared
from lazward.wire.environments import CondaSpec, EnvironmentSpec, PythonSpec


def main() -> None:
    """Run the program."""
    folder, *pip = sys.argv[1:]
    spec = EnvironmentSpec(python=PythonSpec(conda=CondaSpec(pip=pip)))
    begin = time.perf_counter()
    with prepared(spec, Path(folder), lambda line: print(line, file=sys.stderr)):
        print(time.perf_counter() - begin)


if __name__ == "__main__":
    main()
