"""Job files, read without a server."""

import pytest

from lazward.errors import ConfigError
from lazward.jobfile.environment import Registered
from lazward.jobfile.read import read
from lazward.wire.environments import CondaSpec, EnvironmentSpec, PythonSpec
from lazward.wire.jobs import MOST_SECONDS

SMALLEST = "command: python t.py\ncode: src\nenvironment: azureml:mine:2\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "src" / "data").mkdir(parents=True)
    (tmp_path / "src" / "t.py").write_text("")
    (tmp_path / "src" / "data" / "a.csv").write_text("1")
    (tmp_path / "outside.csv").write_text("1")
    (tmp_path / "conda.yml").write_text(
        "channels: [conda-forge]\ndependencies: [python=3.11, {pip: [numpy]}]"
    )
    return tmp_path


@pytest.fixture
def job(folder):
    def made(text, *overrides):
        file = folder / "job.yml"
        file.write_text(text)
        return read(file, overrides)

    return made


def fails(job, text, *overrides):
    with pytest.raises(ConfigError) as caught:
        job(text, *overrides)
    assert str(caught.value).count("\n") == 0
    return str(caught.value)


def test_the_smallest_file(job, folder):
    found = job(SMALLEST)
    message = found.message
    assert message.spec.command == "python t.py"
    assert (found.code, found.environment) == (folder / "src", Registered("mine", "2"))
    assert (message.compute, message.experiment) == ("local", "work")  # the working directory's name
    assert (message.spec.max_seconds, message.spec.node_count, message.priority) == (MOST_SECONDS, 1, 0)
    assert message.definition == {"command": "python t.py", "code": "src", "environment": "azureml:mine:2"}
    assert found.warnings == []


def test_all_fields(job):
    found = job("""
$schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json
type: command
name: id-7
display_name: A run
experiment_name: trials
description: |
  # Why
tags: {team: a, number: 3, day: 2026-01-02, empty: }
properties: {kind: first}
command: >-
  python t.py --rate ${{inputs.rate}} --flag ${{inputs.flag}} --file ${{inputs.file}}
  --folder ${{inputs.folder}} --to ${{outputs.model}} --log ${{outputs.log}}
code: ./src
environment: mine@latest
environment_variables: {A: 1, B: two words}
compute: azureml:cpu-cluster
inputs:
  rate: 1e-3
  flag: true
  file: {type: uri_file, path: src/data/a.csv, mode: ro_mount}
  folder: {path: ./src/data}
outputs:
  model: {type: uri_folder, mode: upload}
  log: {type: uri_file, path: logs/log.txt}
  bare:
resources: {instance_count: 2, instance_type: STANDARD_D2_V2}
limits: {timeout: 60}
distribution: {type: PyTorch, process_count_per_instance: 4}
queue_settings: {priority: High, job_tier: spot}
services: {lab: {type: jupyter_lab}}
identity: {type: user_identity}
""")
    message, spec = found.message, found.message.spec
    assert spec.command == (
        "python t.py --rate 1e-3 --flag True --file data/a.csv --folder data --to outputs/model"
        " --log logs/log.txt"
    )
    assert spec.watched == ["outputs", "logs", "outputs/model", "outputs/bare"]
    assert spec.watched_files == ["logs/log.txt"]
    assert spec.variables == {"A": "1", "B": "two words"}
    assert (spec.node_count, spec.processes_per_node, spec.distribution) == (2, 4, "pytorch")
    assert (spec.max_seconds, message.priority) == (60, 100)
    assert (message.name, message.experiment, message.compute) == ("A run", "trials", "cpu-cluster")
    assert message.description == "# Why\n"
    assert {tag.key: tag.value for tag in message.tags} == {
        "team": "a",
        "number": "3",
        "day": "2026-01-02",
        "empty": "",
    }
    assert message.properties == {"kind": "first"}
    assert (found.environment, list(found.inputs)) == (Registered("mine"), ["data/a.csv", "data"])
    left_out = ["services", "identity", "resources.instance_type", "queue_settings.job_tier"]
    assert [next(name for name in left_out if f" {name} is left out" in text) for text in found.warnings] == (
        left_out
    )


def test_overrides(job):
    found = job(
        SMALLEST + "inputs: {rate: 1}\n",
        "inputs.rate=0.5",
        "command=python t.py ${{inputs.rate}} ${{inputs.name}}",
        "inputs.name=a=b; rm -rf x",
        "tags.new=yes please",
        "limits.timeout=5",
        "compute=azureml:other",
    )
    assert found.message.spec.command == "python t.py 0.5 'a=b; rm -rf x'"
    assert found.message.spec.max_seconds == 5
    assert found.message.compute == "other"
    assert [(tag.key, tag.value) for tag in found.message.tags] == [("new", "yes please")]


@pytest.mark.parametrize("one", ["inputs", "=1", "inputs..rate=1", ".a=1", ""])
def test_overrides_that_set_nothing(job, one):
    assert "write --set PATH=VALUE" in fails(job, SMALLEST, one)


def test_overrides_through_what_has_no_fields(job):
    assert "'code' is 'src' and has no fields" in fails(job, SMALLEST, "code.x=1")


def test_an_override_that_is_no_yaml(job):
    assert "--set tags" in fails(job, SMALLEST, "tags={")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("comand: x", "there is no field 'comand'; did you mean 'command'?"),
        ("experiment: x", "there is no field 'experiment'; did you mean 'experiment_name'?"),
        ("qqq: x", "there is no field 'qqq'; there are command, environment, "),
        ("resources: {instances: 2}", "no field 'resources.instances'; did you mean"),
        ("limits: {time: 2}", "no field 'limits.time'; did you mean 'timeout'?"),
        ("outputs: {o: {mod: upload}}", "no field 'outputs.o.mod'; did you mean 'mode'?"),
        ("limits: {timeout: 0}", "limits.timeout: Expected `int` >= 1"),
        ("limits: {timeout: 1h}", "limits.timeout: Expected `int`, got `str`"),
        ("limits: 5", "limits: Expected"),
        ("limits: {timeout: 99999999}", "limits.timeout: Expected `int` <="),
        ("resources: {instance_count: 0}", "resources.instance_count: Expected"),
        ("resources: {instance_count: two}", "resources.instance_count: Expected"),
        ("tags: [a]", "tags: Expected"),
        ("tags: {a: [1]}", "tags"),
        ("tags: {1: a}", "tags"),
        ("environment_variables: {A: {b: c}}", "environment_variables"),
        ("type: pipeline", "jobs of the type 'pipeline' are not run here, only 'command'"),
        ("type: [a]", "type"),
        ("distribution: {type: tensorflow}", "'tensorflow' is not supported; pytorch and mpi are"),
        ("distribution: {process_count_per_instance: 2}", "missing required field `type`"),
        ("queue_settings: {priority: urgent}", "'urgent' is none of low, medium, high"),
        ("queue_settings: {priority: 1001}", "1001 is none of"),
        ("compute: ''", "compute: name a compute target"),
        ("compute: 'azureml:'", "compute: name a compute target"),
        ("inputs: {x: [1, 2]}", "inputs.x: [1, 2] is no value"),
        ("inputs: {x: }", "inputs.x: None is no value"),
        ("inputs: {x: {type: uri_folder}}", "inputs.x: Object missing required field `path`"),
        ("inputs: {x: {path: src, typ: a}}", "inputs.x: there is no field 'typ'; did you mean 'type'?"),
        ("inputs: {x: {path: src, type: mltable}}", "inputs of the type 'mltable' are not supported"),
        ("inputs: {x: {path: 'azureml:data:1'}}", "is not on this machine; only local files"),
        ("inputs: {x: {path: 'https://a/b.csv', type: uri_file}}", "is not on this machine"),
        ("inputs: {x: {path: 'azureml://datastores/a/paths/b'}}", "is not on this machine"),
        ("inputs: {x: {path: outside.csv, type: uri_file}}", "lies outside the code folder"),
        ("inputs: {x: {path: src/../outside.csv, type: uri_file}}", "lies outside the code folder"),
        ("inputs: {x: {path: src/none}}", "there is no folder"),
        ("inputs: {x: {path: src/data, type: uri_file}}", "there is no file"),
        ("inputs: {x: {path: src/t.py}}", "there is no folder"),
        ("outputs: {x: {path: /etc}}", "outputs.x: '/etc' lies outside the job's folder"),
        ("outputs: {x: {path: a/../../b}}", "lies outside the job's folder"),
        ("outputs: {x: {path: 'azureml://datastores/a/paths/b'}}", "lies outside the job's folder"),
        ("outputs: {x: {type: mltable}}", "outputs of the type 'mltable' are not supported"),
    ],
)
def test_fields_that_are_wrong(job, more, told):
    text = fails(job, SMALLEST + more + "\n")
    assert told in text
    assert "job.yml" in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "holds no fields"),
        ("- a\n- b", "holds no fields"),
        ("just words", "holds no fields"),
        ("a: [", "this is no YAML"),
        ("a: 1\n\tb: 2", "line 2: this is no YAML"),
        ("a: !!python/object/apply:os.system ['true']", "this is no YAML"),
        ("command: a\nenvironment: b\ncommand: c", "the field 'command' is there twice"),
        ("1: a", "the name of a field must be a text, not 1"),
        ("command: a", "missing required field `environment`"),
        ("environment: a", "missing required field `command`"),
        ("command: ' '\nenvironment: a", "command: there is nothing to run"),
        ("command: [a]\nenvironment: a", "command: Expected `str`, got `array`"),
        ("command: a\nenvironment: 5", "environment: Expected"),
        ("command: a\nenvironment: b\ncode: nowhere", "code: there is no folder"),
        ("command: a\nenvironment: b\ncode: job.yml", "code: there is no folder"),
        (
            "command: a\nenvironment: b\ncode: git+https://x/y",
            "code: 'git+https://x/y' is not on this machine",
        ),
        ("command: a\nenvironment: b\ncode: azureml:code:1", "is not on this machine"),
        ("command: a\nenvironment: b\ninputs: {x: {path: src}}", "the file names none; give code"),
        ("command: a ${{inputs.x}}\nenvironment: b", "nothing is known of '${{inputs.x}}'"),
    ],
)
def test_files_that_are_no_job(job, text, told):
    assert told in fails(job, text)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere\.yml cannot be read: No such file"):
        read(tmp_path / "nowhere.yml")
    with pytest.raises(ConfigError, match="cannot be read"):
        read(tmp_path)


def test_a_file_that_is_no_text(tmp_path):
    (tmp_path / "job.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="no text in UTF-8"):
        read(tmp_path / "job.yml")


class TestEnvironment:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("azureml:mine:7", Registered("mine", "7")),
            ("azureml:mine@latest", Registered("mine", "latest")),
            ("mine", Registered("mine", "latest")),
            ("mine:7", Registered("mine", "7")),
            (
                "AzureML-sklearn-1.0-ubuntu20.04-py38-cpu:3",
                Registered("AzureML-sklearn-1.0-ubuntu20.04-py38-cpu", "3"),
            ),
            (
                "azureml://registries/azureml/environments/sklearn-1.5/labels/latest",
                Registered("sklearn-1.5", "latest", registry=True),
            ),
            (
                "azureml://registries/azureml/environments/sklearn-1.5/versions/25",
                Registered("sklearn-1.5", "25", registry=True),
            ),
        ],
    )
    def test_names(self, job, text, expected):
        assert job(f"command: a\nenvironment: '{text}'").environment == expected

    @pytest.mark.parametrize("text", ["", "azureml:", "a b", "docker://x/y", "a:b:c", "azureml://x", ":1"])
    def test_what_is_no_name(self, job, text):
        assert "names no environment; write azureml:NAME:VERSION" in fails(
            job, f"command: a\nenvironment: '{text}'"
        )

    @pytest.mark.parametrize(
        "conda", ["conda.yml", "{channels: [conda-forge], dependencies: [python=3.11, {pip: [numpy]}]}"]
    )
    def test_conda(self, job, conda):
        spec = CondaSpec(channels=["conda-forge"], packages=["python=3.11"], pip=["numpy"])
        found = job(f"command: a\nenvironment: {{conda_file: {conda}}}")
        assert found.environment == EnvironmentSpec(python=PythonSpec(conda=spec))

    def test_requirements(self, job, folder):
        (folder / "needs.txt").write_text("# what\nnumpy>=1  # numbers\n\n--index-url https://x/simple\n")
        found = job("command: a\nenvironment: {conda_file: needs.txt}")
        assert found.environment.python.conda.pip == ["numpy>=1", "--index-url https://x/simple"]

    def test_requirements_that_name_others(self, job, folder):
        (folder / "needs.txt").write_text("-r more/base.txt\npandas\n")
        (folder / "more").mkdir()
        (folder / "more/base.txt").write_text("numpy>=1\n--requirement=deep.txt\n")
        (folder / "more/deep.txt").write_text("scipy\n")
        found = job("command: a\nenvironment: {conda_file: needs.txt}")
        assert found.environment.python.conda.pip == ["numpy>=1", "scipy", "pandas"]
        (folder / "more/deep.txt").write_text("-r deep.txt\n")
        assert "name each other" in fails(job, "command: a\nenvironment: {conda_file: needs.txt}")

    def test_an_interpreter_of_ones_own(self, job):
        found = job("command: a\nenvironment: {interpreter: python}")
        assert found.environment == EnvironmentSpec(python=PythonSpec(user_managed=True))

    def test_an_image_stays_and_a_base_image_is_left_out(self, job):
        found = job("command: a\nenvironment: {image: 'python:3.11'}")
        assert found.environment == EnvironmentSpec(python=PythonSpec(user_managed=True), image="python:3.11")
        base = "registry.example/azureml/openmpi4.1.0-ubuntu20.04"
        found = job(f"command: a\nenvironment: {{image: {base}, conda_file: conda.yml}}")
        assert found.environment.image == ""
        assert f"the base image {base} is left out" in found.warnings[0]

    @pytest.mark.parametrize(
        ("section", "told"),
        [
            ("{}", "give conda_file, interpreter or image"),
            ("{name: x}", "give conda_file, interpreter or image"),
            ("{build: {path: .}}", "images are not built here"),
            ("{interpreter: python, conda_file: conda.yml}", "not both"),
            ("{conda: conda.yml}", "there is no field 'conda'; did you mean 'conda_file'?"),
            ("{conda_file: none.yml}", "none.yml cannot be read"),
            ("{conda_file: {dependencies: numpy}}", "dependencies: this must be a list"),
            ("{conda_file: {dependencies: [1]}}", "1 is no package"),
            ("{conda_file: {dependencies: [{npm: [x]}]}}", "only 'pip' has packages of its own"),
            ("{conda_file: {dependencies: [{pip: numpy}]}}", "pip: this must be a list"),
            ("{conda_file: {dependencys: []}}", "a conda specification has no 'dependencys'"),
            ("{conda_file: {dependencies: [{pip: ['no no']}]}}", "is no requirement that pip understands"),
            ("{conda_file: {dependencies: [{pip: ['-r more.txt']}]}}", "'-r more.txt' is not supported"),
            ("{conda_file: {channels: [{}], dependencies: []}}", "channels"),
        ],
    )
    def test_what_is_wrong(self, job, section, told):
        assert told in fails(job, f"command: a\nenvironment: {section}")
