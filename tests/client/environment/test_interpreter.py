"""Which Python conda packages of that name ask for."""

import platform
import sys

import pytest

from lazward.environment import interpreter
from lazward.errors import EnvironmentUnavailable

OURS = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.mark.parametrize(
    ("package", "asked", "conda"),
    [
        ("python", OURS, f"python {OURS}.*"),
        ("python *", OURS, f"python {OURS}.*"),
        ("python=3.10", "3.10", "python 3.10.*"),
        ("python==3.10", "3.10", "python 3.10.*"),
        ("python 3.10", "3.10", "python 3.10.*"),
        ("Python = 3.10.*", "3.10", "python 3.10.*"),
        ("python=3.10*", "3.10", "python 3.10.*"),
        ("python=3.10.18", "3.10.18", "python 3.10.18"),
        ("python==3.10.18", "3.10.18", "python 3.10.18"),
        ("python=3.10.18=h955ad1f_0_cpython", "3.10.18", "python 3.10.18"),
        ("python 3.10.18 h955ad1f_0", "3.10.18", "python 3.10.18"),
        ("conda-forge::python=3.10", "3.10", "python 3.10.*"),
        ("python=3", "3", "python 3.*"),
        ("python>=3.10", ">=3.10", "python >=3.10"),
        ("python >=3.10.*", ">=3.10", "python >=3.10"),
        ("python>=3.6,<3.12", "<3.12,>=3.10,>=3.6", "python <3.12,>=3.10,>=3.6"),
        ("python>=3.10.3,<3.10.9", "<3.10.9,>=3.10,>=3.10.3", "python <3.10.9,>=3.10,>=3.10.3"),
    ],
)
def test_versions_and_ranges(package, asked, conda):
    assert interpreter.read(package) == asked
    assert interpreter.for_conda(asked) == conda


@pytest.mark.parametrize(
    "package", ["python=2.7", "python=3.9.18", "python<3.10", "python~=2.7", "python==3.8.*"]
)
def test_too_old(package):
    with pytest.raises(EnvironmentUnavailable, match=r"jobs need 3\.10 or newer"):
        interpreter.read(package)


@pytest.mark.parametrize(
    "package",
    ["python=abc", "python 3.11 | 3.12", "python=3.11.1.1", "python=>3.11", "python;evil", "python=3.11\n-x"],
)
def test_not_understood(package):
    with pytest.raises(EnvironmentUnavailable, match="does not say which Python"):
        interpreter.read(package)


def test_ours_is_taken_wherever_it_fits():
    patch = platform.python_version()
    for asked in (OURS, patch, "3", f">={OURS}", "<4,>=3.10", f"~={patch}"):
        assert interpreter.for_uv(asked) == sys.executable
    for asked in (f"{OURS}.99", f"{OURS}9", f"!={OURS}.*,>=3.10", f">{patch}", f"<{patch}"):
        assert interpreter.for_uv(asked) == asked
