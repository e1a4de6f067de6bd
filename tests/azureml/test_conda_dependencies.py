"""Conda dependencies: what is in them, how they change, and files."""

import sys
from pathlib import Path

import pytest
import yaml

from azureml.core import environment, runconfig
from azureml.core.conda_dependencies import CondaDependencies
from azureml.exceptions import UserErrorException

OURS = f"python={sys.version_info.major}.{sys.version_info.minor}"


def test_what_there_is_by_default():
    fresh = CondaDependencies()
    assert fresh.as_dict() == {
        "channels": ["anaconda", "conda-forge"],
        "dependencies": [OURS, {"pip": ["azureml-defaults"]}],
    }
    assert "python=" + fresh.python_version == OURS
    assert (*fresh.pip_packages,) == ("azureml-defaults",)
    assert list(fresh.pip_options) == []


def test_create():
    made = CondaDependencies.create(
        pip_indexurl="https://index.example/simple",
        pip_packages=["azureml-sdk", "torch==2.1"],
        conda_packages=["scikit-learn", "numpy=1.26"],
        python_version="3.6.2",
        pin_sdk_version=False,
    )
    assert list(made.conda_packages) == ["python=3.6.2", "scikit-learn", "numpy=1.26"]
    assert list(made.pip_packages) == ["azureml-sdk", "torch==2.1"]
    assert list(made.pip_options) == ["--index-url https://index.example/simple"]
    assert made.python_version == made.get_python_version() == "3.6.2"


def test_create_keeps_what_is_not_given():
    made = CondaDependencies.create(conda_packages=["numpy"])
    assert list(made.conda_packages) == [OURS, "numpy"]
    assert list(made.pip_packages) == ["azureml-defaults"]
    assert list(CondaDependencies.create(pip_packages=[]).pip_packages) == []
    assert CondaDependencies.create(conda_packages=["python=3.9", "numpy"]).python_version == "3.9"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("numpy", "numpy==1.26"),
        ("Flask_Cors>=1", "flask-cors"),
        ("mlflow[extras]==2", "mlflow ; python_version > '3.8'"),
        ("torch @ https://files.example/torch.whl", "torch"),
        ("git+https://git.example/x/y.git#egg=why", "why==1"),
    ],
)
def test_a_pip_package_takes_the_place_of_its_namesake(first, second):
    made = CondaDependencies.create(pip_packages=["a", first, "z"])
    made.add_pip_package(second)
    assert list(made.pip_packages) == ["a", second, "z"]
    made.remove_pip_package(first)
    assert list(made.pip_packages) == ["a", "z"]


def test_other_names_stay():
    made = CondaDependencies.create(pip_packages=["torch", "torch-geometric", "torchvision"])
    made.remove_pip_package("torch==3")
    made.remove_pip_package("absent")
    assert list(made.pip_packages) == ["torch-geometric", "torchvision"]


def test_conda_packages():
    made = CondaDependencies()
    for package in ("numpy=1.25", "conda-forge::scipy>=1.10", "numpy==1.26", "scipy"):
        made.add_conda_package(package)
    assert list(made.conda_packages) == [OURS, "numpy==1.26", "scipy"]
    made.remove_conda_package("numpy")
    assert list(made.conda_packages) == [OURS, "scipy"]
    made.remove_conda_package("python")
    assert made.python_version is None


@pytest.mark.parametrize(
    ("given", "line", "version"),
    [("3.8", "python=3.8", "3.8"), ("=3.8.5", "python=3.8.5", "3.8.5"), (">=3.8", "python>=3.8", ">=3.8")],
)
def test_set_python_version(given, line, version):
    made = CondaDependencies()
    made.set_python_version(given)
    assert list(made.conda_packages) == [line]
    assert made.python_version == version


def test_channels():
    made = CondaDependencies()
    made.add_channel("pytorch")
    made.add_channel("pytorch")
    made.remove_channel("anaconda")
    made.remove_channel("absent")
    assert list(made.conda_channels) == ["conda-forge", "pytorch"]


def test_options_of_pip():
    made = CondaDependencies.create(pip_packages=["a"])
    made.set_pip_index_url("https://one.example")
    made.set_pip_index_url("--index-url https://two.example")
    made.set_pip_option("--extra-index-url https://three.example")
    made.set_pip_option("--extra-index-url https://four.example")
    made.set_pip_option("--pre")
    made.set_pip_option("--pre")
    assert list(made.pip_options) == [
        "--index-url https://two.example",
        "--extra-index-url https://three.example",
        "--extra-index-url https://four.example",
        "--pre",
    ]
    made.set_pip_option("-i https://five.example")
    assert next(made.pip_options) == "-i https://five.example"
    made.set_pip_requirements(["--no-index", "b==1"])
    assert made.as_dict()["dependencies"][-1] == {"pip": ["--no-index", "b==1"]}


def test_tensorflow():
    made = CondaDependencies.create(pip_packages=[])
    made.add_tensorflow_pip_package("gpu", "2.1")
    made.add_tensorflow_conda_package(version="1.13.1")
    assert list(made.pip_packages) == ["tensorflow-gpu==2.1"]
    assert list(made.conda_packages)[-1] == "tensorflow=1.13.1"
    with pytest.raises(UserErrorException, match="tpu"):
        made.add_tensorflow_pip_package("tpu")


@pytest.mark.parametrize(
    "wrong", ["--index-url https://x.example", "-r other.txt", "", "  ", "a\nb", None, 3]
)
def test_what_is_no_pip_package(wrong):
    made = CondaDependencies()
    with pytest.raises(UserErrorException):
        made.add_pip_package(wrong)
    with pytest.raises(UserErrorException):
        CondaDependencies.create(pip_packages=[wrong])
    assert list(made.pip_packages) == ["azureml-defaults"]


def test_other_wrong_arguments():
    made = CondaDependencies()
    with pytest.raises(UserErrorException, match="list"):
        CondaDependencies.create(pip_packages="numpy")
    with pytest.raises(UserErrorException, match="list"):
        CondaDependencies.create(conda_packages="numpy")
    with pytest.raises(UserErrorException, match="add_pip_package"):
        made.set_pip_option("numpy")
    for change in (made.add_conda_package, made.add_channel, made.set_python_version):
        with pytest.raises(UserErrorException):
            change("")


def test_files(tmp_path, monkeypatch):
    made = CondaDependencies.create(conda_packages=["numpy"], pip_packages=["a"], pip_indexurl="https://x.ex")
    at = made.save_to_file(str(tmp_path / "deep"), "myenv.yml")
    assert Path(at) == tmp_path / "deep" / "myenv.yml"
    again = CondaDependencies(at)
    assert again.as_dict() == made.as_dict() == yaml.safe_load(made.serialize_to_string())
    again.add_conda_package("scipy")
    again.save()
    assert "scipy" in list(CondaDependencies(conda_dependencies_file_path=at).conda_packages)
    monkeypatch.chdir(tmp_path)
    made.save()
    assert CondaDependencies("conda_dependencies.yml").as_dict() == made.as_dict()


def test_a_file_keeps_what_we_know_nothing_of(tmp_path):
    file = tmp_path / "c.yml"
    file.write_text("name: project\ndependencies:\n- python=3.7\n- pip:\n  - a\n- b\nvariables:\n  X: 1\n")
    read = CondaDependencies(file)
    assert read.as_dict() == {
        "name": "project",
        "variables": {"X": 1},
        "channels": [],
        "dependencies": ["python=3.7", "b", {"pip": ["a"]}],
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- python",
        "just words",
        "dependencies: python",
        "dependencies: {a: b}",
        "dependencies: [1.5]",
        "dependencies: [{conda: [a]}]",
        "dependencies: [{pip: a}]",
        "dependencies: [{pip: [1]}]",
        "channels: [1]",
        "channels: conda-forge",
        "dependencies: [",
        "dependencies: !!python/object/apply:os.getcwd []",
        "a: 2020-99-99",
        "[" * 5000,
    ],
)
def test_what_is_no_conda_specification(tmp_path, text):
    file = tmp_path / "wrong.yml"
    file.write_text(text)
    with pytest.raises(UserErrorException, match=r"wrong\.yml"):
        CondaDependencies(str(file))


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(UserErrorException, match=r"no file .*absent.yml"):
        CondaDependencies(str(tmp_path / "absent.yml"))
    with pytest.raises(UserErrorException):
        CondaDependencies(str(tmp_path))
    (tmp_path / "b.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserErrorException, match="UTF-8"):
        CondaDependencies(str(tmp_path / "b.yml"))
    with pytest.raises(UserErrorException, match="written"):
        CondaDependencies().save(tmp_path)


def test_what_is_handed_out_does_not_lead_back():
    structure = {"dependencies": ["a", {"pip": ["b"]}]}
    made = CondaDependencies(_underlying_structure=structure)
    made.as_dict()["dependencies"].append("c")
    made.add_pip_package("d")
    assert structure == {"dependencies": ["a", {"pip": ["b"]}]}
    assert made.as_dict()["dependencies"] == ["a", {"pip": ["b", "d"]}]


def test_merge():
    made = CondaDependencies.create(pip_packages=["a==1"])
    made._merge_dependencies(
        CondaDependencies.create(
            pip_packages=["a==2", "b"], python_version="3.9", pip_indexurl="https://x.ex"
        )
    )
    assert list(made.pip_packages) == ["a==2", "b"]
    assert made.python_version == "3.9"
    assert list(made.pip_options) == ["--index-url https://x.ex"]


def test_the_names_elsewhere():
    assert environment.CondaDependencies is runconfig.CondaDependencies is CondaDependencies
