"""Conda packages that pip installs where no channel can be asked."""

import sys

import pytest

from lazward.environment import on_pypi
from lazward.environment.on_pypi import without_conda
from lazward.errors import EnvironmentUnavailable
from lazward.wire.environments import CondaSpec

NOWHERE = "http://127.0.0.1:9/conda-forge"


@pytest.mark.parametrize(
    ("package", "requirement"),
    [
        ("scikit-learn", "scikit-learn"),
        ("Scikit-Learn", "scikit-learn"),
        ("conda-forge::numpy", "numpy"),
        ("numpy=1.26", "numpy==1.26.*"),
        ("numpy=1.26.*", "numpy==1.26.*"),
        ("numpy==1.26.4", "numpy==1.26.4"),
        ("numpy 1.26", "numpy==1.26"),
        ("numpy 1.26.*", "numpy==1.26.*"),
        ("numpy>=1.26,<3", "numpy<3,>=1.26"),
        ("pytorch>=2", "torch>=2"),
        ("matplotlib-base", "matplotlib"),
    ],
)
def test_the_same_for_pip(package, requirement):
    spec = CondaSpec(channels=["conda-forge"], packages=["python=3.11", "pip", package], pip=["lzx"])
    assert without_conda(spec) == CondaSpec(packages=["python=3.11"], pip=["lzx", requirement])


@pytest.mark.parametrize(
    "package",
    [
        "lzx",
        "cudatoolkit=11",
        "numpy=1.26=py311h1_0",
        "numpy[version=1]",
        "mine::numpy",
        "numpy|scipy",
        "numpy ==",
        "",
    ],
)
def test_what_has_no_like(package):
    assert without_conda(CondaSpec(packages=["scipy", package])) is None


def test_a_channel_of_somebody_s_own_may_have_others():
    for channel in ("mine", "https://conda.example/conda-forge"):
        assert without_conda(CondaSpec(channels=["conda-forge", channel], packages=["numpy"])) is None


@pytest.fixture
def known(monkeypatch):
    """Conda's name of what the index of the tests has; and conda-forge does not answer."""
    monkeypatch.setattr(on_pypi, "_table", lambda: {"lz-tiny": "lztiny"})
    monkeypatch.setattr("lazward.environment.conda._channels", lambda *_: [NOWHERE])


@pytest.mark.usefixtures("known", "tiny")
def test_pip_stands_in_for_a_channel_that_does_not_answer(prepare, from_index, python_says, said):
    asked = (["lz-tiny=1.2"], from_index)
    with prepare(*asked) as environment:
        assert python_says(environment.python, "import lztiny; print(lztiny.answer)") == "42"
    text = "\n".join(said)
    assert text.index("A conda channel cannot be read") < text.index("pip installs them in place of conda")
    said.clear()
    with prepare(*asked):
        assert said == []  # it is kept


@pytest.mark.usefixtures("known")
def test_otherwise_the_channel_s_error_stands(prepare, from_index, said):
    with (
        pytest.raises(EnvironmentUnavailable, match="A conda channel cannot be read"),
        prepare(["lzother"], from_index),
    ):
        pass
    assert "in place of conda" not in "\n".join(said)


@pytest.mark.usefixtures("tiny")
def test_pip_stands_in_where_nothing_can_ask(prepare, from_index, monkeypatch, said):
    monkeypatch.setattr(on_pypi, "_table", lambda: {"lz-tiny": "lztiny"})
    monkeypatch.setitem(sys.modules, "lazward.environment.conda", None)
    monkeypatch.delattr("lazward.environment.conda", raising=False)
    with prepare(["lz-tiny"], from_index):
        pass
    assert "no py-rattler" in "\n".join(said)
    with pytest.raises(EnvironmentUnavailable, match="no py-rattler"), prepare(["lzother"], from_index):
        pass
