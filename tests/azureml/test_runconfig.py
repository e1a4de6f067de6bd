"""Run configurations: attributes, targets, files."""

import copy
import types

import pytest
import yaml

from azureml.core import Environment, RunConfiguration, runconfig
from azureml.core.conda_dependencies import CondaDependencies
from azureml.core.runconfig import (
    DataReferenceConfiguration,
    DockerConfiguration,
    HistoryConfiguration,
    MpiConfiguration,
    ParallelTaskConfiguration,
    PyTorchConfiguration,
    TensorflowConfiguration,
    copied,
)
from azureml.exceptions import UserErrorException

OLD = """
script: train.py
arguments: [--alpha, 0.5]
target: cpu-cluster
framework: Python
communicator: None
autoPrepareEnvironment: true
maxRunDurationSeconds:
nodeCount: 2
environment:
  name:
  environmentVariables: {A: b}
  python:
    userManagedDependencies: false
    condaDependenciesFile: aml_config/conda_dependencies.yml
  docker: {enabled: true, baseImage: 'debian:12', baseDockerfile: null, shmSize: null}
history: {outputCollection: true, snapshotProject: true, directoriesToWatch: [logs]}
mpi: {processCountPerNode: 4}
hdi: {yarnDeployMode: cluster}
dataReferences:
  d: {dataStoreName: store, mode: download, pathOnDataStore: p, overwrite: true}
"""


def test_what_there_is_by_default():
    fresh = RunConfiguration()
    assert (fresh.target, fresh.framework, fresh.communicator) == ("local", "Python", "None")
    assert (fresh.node_count, fresh.max_run_duration_seconds) == (1, 2_592_000)
    assert (fresh.script, fresh.command, fresh.arguments) == (None, None, [])
    assert fresh.history.directories_to_watch == ["logs"]
    assert fresh.docker.use_docker is False
    fresh.arguments.append("a")
    fresh.environment_variables["A"] = "b"
    fresh.history.directories_to_watch.append("more")
    assert RunConfiguration()._definition() != fresh._definition()
    assert RunConfiguration().arguments == []
    assert RunConfiguration().history.directories_to_watch == ["logs"]


def test_what_is_given():
    packages = CondaDependencies.create(pip_packages=["a"])
    made = RunConfiguration(
        "train.py", ("--alpha", 0.5), "PySpark", "OpenMpi", packages, _history_enabled=False
    )
    assert (made.script, made.arguments) == ("train.py", ["--alpha", 0.5])
    assert (made.framework, made.communicator) == ("PySpark", "OpenMpi")
    assert made.environment.python.conda_dependencies is packages
    assert made.history.output_collection is False
    assert RunConfiguration(command="echo a").command == "echo a"
    for wrong in ({"arguments": "--alpha 0.5"}, {"arguments": 3}, {"conda_dependencies": {"a": "b"}}):
        with pytest.raises(UserErrorException):
            RunConfiguration(**wrong)


def test_misspelt_attributes():
    made = RunConfiguration()
    for part in (made, made.environment, made.history, made.docker, made.mpi, made.pytorch, made.tensorflow):
        with pytest.raises(AttributeError, match="nodecount"):
            part.nodecount = 3


def test_the_target():
    made = RunConfiguration()
    made.target = types.SimpleNamespace(name="cpu-cluster")
    assert made.target == "cpu-cluster"
    made.target = "absent"
    assert made.target == "absent"
    made.target = None
    assert made.target == "local"
    for wrong in (3, "", types.SimpleNamespace(name=None), ["a"]):
        with pytest.raises(UserErrorException, match="target"):
            made.target = wrong
    assert made.target == "local"


def test_preparing_is_accepted_and_ignored():
    made = RunConfiguration()
    made.auto_prepare_environment = False
    made.prepare_environment = None
    assert made.auto_prepare_environment is made.prepare_environment is True


def test_sections():
    docker = DockerConfiguration(True)
    assert (docker.use_docker, docker.shared_volumes, docker.arguments, docker.shm_size) == (
        True,
        True,
        [],
        "2g",
    )
    assert DockerConfiguration(shm_size="8g", arguments=["-v"]).shm_size == "8g"
    assert MpiConfiguration(2, 3) == MpiConfiguration(process_count_per_node=2, node_count=3)
    torch = PyTorchConfiguration("Gloo", 8, 2)
    assert (torch.communication_backend, torch.process_count, torch.node_count) == ("Gloo", 8, 2)
    assert TensorflowConfiguration(2, 0).parameter_server_count == 0
    assert ParallelTaskConfiguration().node_count == 1
    assert DataReferenceConfiguration("d", path_on_datastore="p").path_on_datastore == "p"
    assert HistoryConfiguration().output_collection is True


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: MpiConfiguration(0),
        lambda: MpiConfiguration(node_count="2"),
        lambda: MpiConfiguration(node_count=True),
        lambda: PyTorchConfiguration(process_count=-1),
        lambda: PyTorchConfiguration(node_count=None),
        lambda: TensorflowConfiguration(0),
        lambda: TensorflowConfiguration(1, -1),
    ],
)
def test_impossible_numbers_of_processes(wrong):
    with pytest.raises(UserErrorException, match="count"):
        wrong()


def full():
    made = RunConfiguration("train.py", ["--alpha", 0.5, True, None], communicator="IntelMpi")
    made.target = "gpu"
    made.node_count = 3
    made.mpi = MpiConfiguration(4, 3)
    made.environment = Environment.from_docker_image("mine", "debian:12")
    made.environment_variables = {"A": "b", "N": 1}
    made.docker = DockerConfiguration(use_docker=True, arguments=["-v", "/a:/b"])
    made.data_references["d"] = DataReferenceConfiguration("store", overwrite=True)
    made.history.directories_to_watch = ["logs", "more"]
    made.priority = 7
    return made


@pytest.mark.parametrize("made", [RunConfiguration(), full(), RunConfiguration(command=["echo", "a"])])
@pytest.mark.parametrize("separate", [False, True])
def test_round_trips(tmp_path, made, separate):
    before = made._definition()
    assert RunConfiguration._from_definition(before)._definition() == before
    made.save(tmp_path, "train", separate_environment_yaml=separate)
    file = tmp_path / ".azureml" / "train.runconfig"
    assert isinstance(yaml.safe_load(file.read_text())["environment"], str) is separate
    for arguments in ((tmp_path, "train"), (str(tmp_path), "train.runconfig"), (str(file),)):
        assert RunConfiguration.load(*arguments)._definition() == before
    assert copy.deepcopy(made)._definition() == before


def test_the_older_folder_is_used_where_it_is(tmp_path):
    (tmp_path / "aml_config").mkdir()
    RunConfiguration("a.py").save(tmp_path, name="n")
    assert (tmp_path / "aml_config" / "n.runconfig").is_file()
    assert RunConfiguration.load(tmp_path, "n").script == "a.py"


def test_saving_where_it_came_from(tmp_path):
    file = tmp_path / "x.runconfig"
    RunConfiguration("a.py").save(file)
    again = RunConfiguration.load(tmp_path / "x")
    again.script = "b.py"
    again.save()
    assert RunConfiguration.load(file).script == "b.py"
    for wrong in ({}, {"path": tmp_path}):
        with pytest.raises(UserErrorException, match="where to save"):
            RunConfiguration().save(**wrong)


def test_a_file_of_2019(tmp_path):
    folder = tmp_path / "aml_config"
    folder.mkdir()
    (folder / "old.runconfig").write_text(OLD)
    (folder / "conda_dependencies.yml").write_text(
        "dependencies: [python=3.6.2, {pip: [azureml-defaults]}]\n"
    )
    made = RunConfiguration.load(str(tmp_path), "old")
    assert (made.script, made.arguments) == ("train.py", ["--alpha", 0.5])
    assert (made.target, made.node_count, made.mpi.process_count_per_node) == ("cpu-cluster", 2, 4)
    assert made.data_references["d"] == DataReferenceConfiguration("store", "download", "p", overwrite=True)
    spec = made.environment._spec()
    assert spec.python.conda.packages == ["python=3.6.2"]
    assert (spec.image, spec.variables) == ("debian:12", {"A": "b"})


def test_a_conda_file_that_is_not_there_is_missed_when_it_is_needed(tmp_path):
    (tmp_path / "old.runconfig").write_text(OLD)
    made = RunConfiguration.load(tmp_path, "old")
    with pytest.raises(UserErrorException, match=r"conda_dependencies\.yml"):
        made.environment._spec(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no run configuration"),
        ("[a]", "no run configuration"),
        ("a: [", "YAML"),
        ("nodeCount: two", "node_count|nodeCount"),
        ("mpi: {nodeCount: 0}", "node_count"),
        ("mpi: 3", "mpi"),
        ("environment: {python: 3}", "python"),
        ("environment: 3", "environment"),
        ("environment: absent.yml", r"absent\.yml"),
        ("arguments: --alpha 0.5", "arguments"),
        ("target: [a]", "target"),
    ],
)
def test_wrong_files(tmp_path, text, said):
    file = tmp_path / "wrong.runconfig"
    file.write_text(text)
    with pytest.raises(UserErrorException, match=said):
        RunConfiguration.load(file)


def test_no_file(tmp_path):
    for arguments in ((tmp_path,), (tmp_path, "absent"), (tmp_path / "absent",)):
        for use in (RunConfiguration.load, RunConfiguration.delete):
            with pytest.raises(UserErrorException):
                use(*arguments)


def test_delete(tmp_path):
    RunConfiguration().save(tmp_path, "n")
    RunConfiguration.delete(str(tmp_path), "n")
    with pytest.raises(UserErrorException, match="'n'"):
        RunConfiguration.load(tmp_path, "n")


def test_arguments_of_other_types_are_told_as_text():
    import numpy as np

    made = RunConfiguration(arguments=[np.float64(0.5), np.int64(2), types.SimpleNamespace(a=1)])
    assert made._definition()["arguments"] == [0.5, 2, "namespace(a=1)"]


def test_a_copy_is_not_reached_by_later_changes():
    made = full()
    made.arguments.append(held := object())
    other = copied(made)
    before = other._definition()
    made.arguments.append("more")
    made.environment_variables["C"] = "d"
    made.environment.python.conda_dependencies.add_pip_package("numpy")
    made.mpi.node_count = 9
    assert other._definition() == before
    assert other.arguments[-1] is held


def test_the_names_of_old_scripts():
    assert runconfig.EnvironmentDefinition is runconfig.Environment is Environment
    assert runconfig.DEFAULT_CPU_IMAGE != runconfig.DEFAULT_GPU_IMAGE
    for name in ("CondaDependencies", "ContainerRegistry", "DockerSection", "PythonSection", "SparkSection"):
        assert name in runconfig.__all__
        assert hasattr(runconfig, name)
