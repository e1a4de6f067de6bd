"""How specifications are to be built, and which are the same."""

import sys

import pytest

from lazward.environment import interpreter, own
from lazward.environment.plan import plan
from lazward.errors import EnvironmentUnavailable
from lazward.wire.environments import CondaSpec

OURS = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.fixture
def planned(tmp_path):
    return lambda **spec: plan(CondaSpec(**spec), tmp_path)


def test_what_is_asked_for_and_our_own_packages(planned):
    found = planned(packages=["python=3.10", "pip=23", "numpy=1.26"], pip=["scipy"], channels=["bioconda"])
    assert (found.python, found.conda, found.channels) == ("3.10", ("numpy=1.26",), ("bioconda",))
    assert found.pip.requirements == ("scipy",)
    assert sorted(wheel.name.split("-")[0] for wheel in found.wheels) == ["lazward", "lazward_azureml"]
    assert all(wheel.exists() for wheel in found.wheels)


def test_nothing_is_asked_for(planned):
    found = planned()
    assert (found.python, found.conda, found.channels) == (OURS, (), ("conda-forge",))


def test_our_own_packages_are_not_taken_from_elsewhere(planned):
    found = planned(pip=["azureml-core", "lazward==9.9", "Lazward_AzureML", "numpy"])
    assert found.pip.requirements == ("numpy",)


def test_an_mlflow_of_conda_gets_no_small_one_on_top(planned):
    assert planned(packages=["conda-forge::mlflow=1.30"], pip=["azureml-mlflow"]).pip.requirements == ()
    assert planned(packages=["mlflow-export=1"], pip=["azureml-mlflow"]).pip.requirements == (
        "mlflow-skinny",
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"pip": ["numpy", "scipy"]}, {"pip": ["scipy", "# more", "numpy", "numpy"]}),
        ({"pip": ["numpy>=1,<2"]}, {"pip": ["numpy <2, >=1  # not yet"]}),
        ({"pip": ["azureml-core"]}, {"pip": ["azureml-sdk==1.2", "azureml-train"]}),
        ({"packages": ["a=1", "b=2"]}, {"packages": ["b=2", "a=1"]}),
        ({"packages": ["python=3.10", "a"]}, {"packages": ["a", "python==3.10.*", "pip"]}),
        ({}, {"packages": [f"python={OURS}"], "channels": ["bioconda"]}),  # no conda, so no channel is asked
        ({"packages": ["a"]}, {"packages": ["a"], "channels": ["conda-forge"]}),
    ],
)
def test_the_same_key(planned, one, other):
    assert planned(**one).key == planned(**other).key


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"pip": ["numpy==1.26"]},
        {"pip": ["numpy", "scipy"]},
        {"pip": ["numpy", "--pre"]},
        {"pip": ["numpy", "--index-url https://a.example"]},
        {"pip": ["numpy", "--index-url https://b.example"]},
        {"pip": ["numpy"], "packages": ["python=3.10"]},
        {"pip": ["numpy"], "packages": ["python=3.10.18"]},
        {"pip": ["numpy"], "packages": ["python>=3.10"]},
        {"pip": ["numpy"], "packages": ["a"]},
        {"pip": ["numpy"], "packages": ["a=2"]},
        {"pip": ["numpy"], "packages": ["a"], "channels": ["bioconda"]},
        {"pip": ["numpy"], "packages": ["a"], "channels": ["conda-forge", "bioconda"]},
        {"pip": ["numpy"], "packages": ["a"], "channels": ["bioconda", "conda-forge"]},
        {"packages": ["numpy"]},
    ],
)
def test_another_key(planned, other):
    others = [planned(pip=["numpy"]), planned(packages=["b"], channels=["bioconda"])]
    assert planned(**other).key not in {one.key for one in others}


def test_the_order_of_options_and_channels_counts(planned):
    """It decides which of two a package is taken from."""
    urls = ["--extra-index-url https://a.example", "--extra-index-url https://b.example"]
    assert planned(pip=urls).key != planned(pip=urls[::-1]).key
    channels = ["conda-forge", "bioconda"]
    assert (
        planned(packages=["a"], channels=channels).key != planned(packages=["a"], channels=channels[::-1]).key
    )


def test_another_wheel_of_ours_is_another_environment(planned, monkeypatch):
    before, make = planned().key, own.make
    monkeypatch.setattr(
        own,
        "make",
        lambda name, folder: make(name, folder)._replace(digest="0") if name == "lazward" else None,
    )
    assert planned().key != before


def test_another_interpreter_of_ours_is_another_environment(planned, monkeypatch):
    with_ours, with_another = planned().key, planned(packages=["python=3.10"]).key
    of_conda, of_either = planned(packages=["a"]).key, planned(packages=["numpy"]).key
    monkeypatch.setattr(interpreter, "ours", lambda: f"{OURS}.99 /elsewhere")
    assert planned().key != with_ours
    assert planned(packages=["python=3.10"]).key == with_another
    assert planned(packages=["a"]).key == of_conda
    assert planned(packages=["numpy"]).key != of_either  # pip may have to stand in for conda


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"packages": ["python=3.9"]}, "asks for Python 3.9; jobs need 3.10"),
        (
            {"packages": ["python=3.10", "numpy", "python=3.11"]},
            "asks for Python 3.10 and for 3.11; ask for one",
        ),
        ({"packages": ["python=x"]}, "'python=x' does not say which Python"),
        ({"pip": ["-r more.txt"]}, "The pip option '-r more.txt' is not supported"),
    ],
)
def test_what_cannot_be_built(planned, spec, text):
    with pytest.raises(EnvironmentUnavailable) as caught:
        planned(**spec)
    assert text in str(caught.value)


def test_python_may_be_named_twice_alike(planned):
    assert planned(packages=["python=3.10", "python==3.10.*"]).python == "3.10"
