"""A script with its configuration: what is taken from where."""

import types

import pytest

from azureml.core import Environment, RunConfiguration, ScriptRunConfig
from azureml.core.runconfig import (
    DockerConfiguration,
    MpiConfiguration,
    ParallelTaskConfiguration,
    PyTorchConfiguration,
    TensorflowConfiguration,
)
from azureml.exceptions import RunConfigurationException, UnsupportedFeatureException, UserErrorException


@pytest.fixture
def folder(tmp_path):
    for name in ("train.py", "other.py"):
        (tmp_path / name).write_text("print('trained')\n")
    return str(tmp_path)


def test_without_a_configuration(folder):
    made = ScriptRunConfig(source_directory=folder, script="train.py")
    assert (made.source_directory, made.script, made.command, made.arguments) == (
        folder,
        "train.py",
        None,
        [],
    )
    assert made.run_config.target == "local"
    assert made.run_config.max_run_duration_seconds == 2_592_000
    assert ScriptRunConfig(None, script="a.py").source_directory == "."


def test_all_that_a_fresh_configuration_takes(folder):
    environment, docker = Environment("mine"), DockerConfiguration(use_docker=True)
    made = ScriptRunConfig(
        source_directory=folder,
        script="train.py",
        arguments=("--alpha", 0.5),
        compute_target=types.SimpleNamespace(name="cpu-cluster"),
        environment=environment,
        max_run_duration_seconds=60,
        docker_runtime_config=docker,
    )
    config = made.run_config
    assert (config.target, config.max_run_duration_seconds) == ("cpu-cluster", 60)
    assert config.environment is environment
    assert config.docker is docker
    assert made.arguments == ["--alpha", 0.5]


def test_the_parameters_of_2019(folder):
    config = RunConfiguration("other.py", ["a"])
    config.target = "gpu"
    made = ScriptRunConfig(folder, "train.py", ["b"], config)
    assert made.run_config is config
    assert (made.script, made.arguments) == ("train.py", ["b"])
    made = ScriptRunConfig(folder, run_config=config)
    assert (made.script, made.arguments) == ("other.py", ["a"])
    made.arguments.append("more")
    assert config.arguments == ["a"]


def test_what_a_given_configuration_leaves_aside(folder, recwarn):
    config = RunConfiguration()
    ScriptRunConfig(folder, "train.py", run_config=config)
    assert not recwarn.list
    with pytest.warns(UserWarning, match="compute_target, environment.*max_run_duration_seconds") as told:
        made = ScriptRunConfig(
            folder,
            "train.py",
            run_config=config,
            compute_target="gpu",
            environment=Environment("mine"),
            max_run_duration_seconds=60,
        )
    assert told[0].filename == __file__
    assert made.run_config.target == "local"
    assert made.run_config.environment.name != "mine"
    assert made.run_config.max_run_duration_seconds == 2_592_000


def test_script_and_command_exclude_each_other(folder):
    with pytest.raises(UserErrorException, match="not both"):
        ScriptRunConfig(folder, "train.py", command="python train.py")
    made = ScriptRunConfig(folder, command=["echo", "a"], run_config=RunConfiguration("other.py"))
    assert (made.script, made.command) == (None, ["echo", "a"])
    made = ScriptRunConfig(folder, "train.py", run_config=RunConfiguration(command="echo a"))
    assert (made.script, made.command) == ("train.py", None)


@pytest.mark.parametrize(
    ("distribution", "part", "communicator", "framework", "nodes"),
    [
        (MpiConfiguration(2, 3), "mpi", "IntelMpi", "Python", 3),
        (PyTorchConfiguration("Gloo", 8, 4), "pytorch", "Gloo", "PyTorch", 4),
        (TensorflowConfiguration(3, 2), "tensorflow", "ParameterServer", "TensorFlow", 5),
        (ParallelTaskConfiguration(node_count=2), "paralleltask", "ParallelTask", "Python", 2),
    ],
)
def test_several_processes(folder, distribution, part, communicator, framework, nodes):
    config = ScriptRunConfig(folder, "train.py", distributed_job_config=distribution).run_config
    assert getattr(config, part) is distribution
    assert (config.communicator, config.framework, config.node_count) == (communicator, framework, nodes)


def test_wrong_types(folder):
    for wrong in ("mpi", 3, DockerConfiguration()):
        with pytest.raises(RunConfigurationException, match="MpiConfiguration"):
            ScriptRunConfig(folder, "train.py", distributed_job_config=wrong)
        with pytest.raises(RunConfigurationException, match="RunConfiguration"):
            ScriptRunConfig(folder, "train.py", run_config=wrong)
    for wrong in (
        {"environment": "mine"},
        {"docker_runtime_config": True},
        {"compute_target": 3},
        {"arguments": "--alpha 0.5"},
    ):
        with pytest.raises(UserErrorException):
            ScriptRunConfig(folder, "train.py", **wrong)
    with pytest.raises(UnsupportedFeatureException, match="resume_from"):
        ScriptRunConfig(folder, "train.py", resume_from=object())


def test_what_is_submitted(folder):
    made = ScriptRunConfig(folder, "train.py", ["a"])
    made.script = "other.py"
    made.arguments = ["b"]
    made.run_config.target = "gpu"
    sent = made._effective()
    made.arguments.append("c")
    made.run_config.environment.python.user_managed_dependencies = True
    assert (sent.script, sent.command, sent.arguments, sent.target) == ("other.py", None, ["b"], "gpu")
    assert sent.environment.python.user_managed_dependencies is False
    assert made.run_config.script is None


def test_what_cannot_be_submitted(folder):
    with pytest.raises(UserErrorException, match="script or command"):
        ScriptRunConfig(folder)._effective()
    with pytest.raises(UserErrorException, match=r"absent\.py"):
        ScriptRunConfig(folder, "absent.py")._effective()
    with pytest.raises(UserErrorException, match="no folder"):
        ScriptRunConfig(folder + "/absent", "train.py")._effective()
    made = ScriptRunConfig(folder, "train.py")
    made.command = "echo a"
    with pytest.raises(UserErrorException, match="not both"):
        made._effective()
    made.script, made.command, made.arguments = "train.py", None, "--alpha"
    with pytest.raises(UserErrorException, match="list"):
        made._effective()
    made = ScriptRunConfig(folder, command="echo a")
    assert made._effective().command == "echo a"
