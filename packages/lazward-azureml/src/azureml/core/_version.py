"""The version that scripts read and compare."""

from lazward import __version__ as lazward_version

SURFACE = "1.61.0"
"""The release of the original whose names and signatures these follow."""

VERSION = f"{SURFACE}+lazward.{lazward_version}"
