"""Run the job that the environment names, and exit with 0 whatever came of it: that the server is told."""

import sys

from lazward.launcher import launch
from lazward.launcher.settings import Settings

if __name__ == "__main__":
    sys.exit(launch.launch(Settings.from_environment()))
