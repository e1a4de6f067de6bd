"""What the portal's pages work out without a browser: completion, groups, columns, the tree, bulk work."""

import subprocess
import sys
from pathlib import Path

BUILDER = Path(__file__).parents[2] / "tools" / "portal.py"


def test_what_needs_no_browser_is_worked_out_right():
    done = subprocess.run([sys.executable, BUILDER, "--test"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "fail 0" in done.stdout
