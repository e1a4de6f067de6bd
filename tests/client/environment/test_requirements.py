"""Lines for pip: what is understood, what is replaced, and what cannot hide in them."""

import pytest

from lazward.environment import requirements
from lazward.errors import EnvironmentUnavailable


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("--pre", ("--pre",)),
        ("--no-index", ("--no-index",)),
        ("-i https://a.example/simple", ("--index-url", "https://a.example/simple")),
        ("--index-url https://a.example/simple", ("--index-url", "https://a.example/simple")),
        ("--index-url=https://a.example/simple", ("--index-url", "https://a.example/simple")),
        ("--index-url https://a.example/?a=b", ("--index-url", "https://a.example/?a=b")),
        ("--index-url=https://a.example/?a=b=c", ("--index-url", "https://a.example/?a=b=c")),
        ("--extra-index-url\thttps://b.example", ("--extra-index-url", "https://b.example")),
        ("-f /wheels", ("--find-links", "/wheels")),
        ("--find-links '/my wheels'", ("--find-links", "/my wheels")),
        ("--trusted-host b.example  # ours", ("--trusted-host", "b.example")),
    ],
)
def test_options(line, option):
    assert requirements.parse([line]) == requirements.Wanted((), (option,), ())


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("numpy", "numpy"),
        ("numpy==1.26.4\n", "numpy==1.26.4"),
        ("scipy >= 1.10, < 2  # newer ones fail", "scipy<2,>=1.10"),
        ("torch[cuda]~=2.1", "torch[cuda]~=2.1"),
        ('dataclasses; python_version < "3.7"', 'dataclasses; python_version < "3.7"'),
        ("mine @ https://a.example/mine.zip#egg=mine", "mine @ https://a.example/mine.zip#egg=mine"),
    ],
)
def test_requirements(line, read):
    assert requirements.parse([line]).requirements == (read,)


def test_comments_blanks_and_what_is_named_twice():
    assert requirements.parse(["", "  ", "# numpy", "numpy", "numpy"]).requirements == ("numpy",)


@pytest.mark.parametrize(
    ("line", "substitutes"),
    [
        ("azureml-mlflow", ("lazward-azureml", "mlflow-skinny")),
        ("azureml_contrib.run==1.0.43.1", ("lazward-azureml", "mlflow-skinny")),
        ("azureml-contrib-mlflow", ("lazward-azureml", "mlflow-skinny")),
        ("azureml-core~=1.0", ("lazward-azureml",)),
        ("AzureML-Defaults[notebooks]", ("lazward-azureml",)),
        ("azureml-sdk; python_version < '4'", ("lazward-azureml",)),
    ],
)
def test_names_of_the_original_are_replaced(line, substitutes):
    found = requirements.parse([line, "numpy"])
    assert found.requirements == (*substitutes, "numpy")
    assert found.replaced == (line,)


def test_other_names_are_not_replaced():
    assert requirements.parse(["azure-core", "azureml"]).replaced == ()


@pytest.mark.parametrize("mlflow", ["mlflow", "mlflow==1.30.1", "MLflow[extras]>=2"])
def test_no_small_mlflow_beside_the_whole(mlflow):
    found = requirements.parse(["azureml-mlflow", mlflow])
    assert found.requirements == ("lazward-azureml", requirements.parse([mlflow]).requirements[0])


def test_a_small_mlflow_of_a_version_is_left_to_pip():
    found = requirements.parse(["azureml-mlflow", "mlflow-skinny==2.9"])
    assert "mlflow-skinny==2.9" in found.requirements


@pytest.mark.parametrize(
    "line",
    [
        "numpy\n--index-url=https://evil.example",
        "numpy\r-e .",
        "mine @ https://a.example/x.zip\n--index-url=https://evil.example",
        "--index-url https://a.example\n--extra-index-url https://evil.example",
        "azureml-core\nevil",
        "numpy\x00",
        "numpy\u2028evil",
        "numpy; $(touch /tmp/x)",
        "numpy; touch /tmp/x",
        "numpy && evil",
        "`evil`",
        "$(evil)",
        "numpy --index-url=https://evil.example",
        "numpy --hash=sha256:00",
        "numpy evil",
        "./evil",
        "../evil.whl",
        "https://evil.example/x.whl",
        "python=3.11",
    ],
)
def test_what_is_no_requirement(line):
    with pytest.raises(EnvironmentUnavailable) as caught:
        requirements.parse(["scipy", line])
    assert repr(line.strip())[1:12] in str(caught.value)  # the line, as far as both quote it alike


@pytest.mark.parametrize(
    "line",
    [
        "-r file",
        "-r",
        "--requirement=file",
        "-c constraints.txt",
        "-e .",
        "--editable=.",
        "--target=/",
        "--prefix /",
        "--python=/bin/sh",
        "--config-settings=x=y",
        "--index-url",
        "--index-url=",
        "--index-url https://a.example https://b.example",
        "--index-url --pre",
        "--index-url=-r",
        "--pre=1",
        "--pre evil",
        "-ihttps://a.example",
        "--index-url 'https://a.example",
        "-",
        "--",
    ],
)
def test_options_that_are_refused(line):
    with pytest.raises(EnvironmentUnavailable, match="The pip option") as caught:
        requirements.parse([line])
    assert line in str(caught.value)
