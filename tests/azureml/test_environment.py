"""Environments: their parts, where they are made from, files, and what is sent to a server."""

import copy
import io
import json
import sys

import pytest

from azureml.core import ContainerRegistry, Environment
from azureml.core.conda_dependencies import CondaDependencies
from azureml.core.environment import (
    DEFAULT_CPU_IMAGE,
    DEFAULT_GPU_IMAGE,
    DockerSection,
    PythonSection,
    RSection,
    SparkPackage,
    received,
)
from azureml.exceptions import ServiceException, UnsupportedFeatureException, UserErrorException
from lazward import errors
from lazward.client import environments
from lazward.wire import environments as wire

CONDA = "channels: [conda-forge]\ndependencies: [python=3.9, numpy=1.26, {pip: [--pre, mlflow]}]\n"


@pytest.fixture
def conda_file(tmp_path):
    file = tmp_path / "env.yml"
    file.write_text(CONDA)
    return str(file)


def test_a_name_is_a_text():
    assert Environment(name="x").name == Environment("x").name == "x"
    for wrong in (None, 3, b"x"):
        with pytest.raises(TypeError):
            Environment(wrong)
    with pytest.raises(TypeError):
        Environment()


def test_what_there_is_by_default():
    env = Environment("x")
    assert env.version is None
    assert env.python.user_managed_dependencies is False
    assert env.python.interpreter_path == "python"
    assert env.docker.base_image == DEFAULT_CPU_IMAGE
    assert env.docker.enabled is False
    env.python.conda_dependencies.add_pip_package("mlflow")
    assert "mlflow" not in list(Environment("y").python.conda_dependencies.pip_packages)
    for image in (DEFAULT_CPU_IMAGE, DEFAULT_GPU_IMAGE):
        assert "." not in image.partition("/")[0]


@pytest.mark.parametrize(
    "part", ["", "python", "docker", "spark", "databricks", "docker.base_image_registry"]
)
def test_misspelt_attributes(part):
    found = Environment("x")
    for name in filter(None, part.split(".")):
        found = getattr(found, name)
    with pytest.raises(AttributeError, match="user_manged"):
        found.user_manged = True
    assert not hasattr(found, "user_manged")


def test_it_shows_itself_as_json():
    env = Environment("x")
    env.docker.base_image_registry.password = "secret!"
    shown = json.loads(repr(env))
    assert list(shown) == sorted(shown)
    assert '\n    "name": "x"' in repr(env)
    assert set(shown) == {
        "name", "version", "environmentVariables", "python", "docker", "spark", "databricks",
        "inferencingStackVersion",
    }  # fmt: skip
    assert set(shown["python"]) == {
        "userManagedDependencies", "interpreterPath", "condaDependenciesFile", "condaDependencies",
        "baseCondaEnvironment",
    }  # fmt: skip
    assert set(shown["docker"]) >= {
        "enabled",
        "baseImage",
        "baseDockerfile",
        "sharedVolumes",
        "shmSize",
        "arguments",
        "baseImageRegistry",
    }
    assert "secret!" not in repr(env) + str(env.docker) + str(env._definition())


def test_a_registry_hides_its_password():
    registry = ContainerRegistry()
    registry.address, registry.username, registry.password = "r.example", "me", "secret!"
    assert registry.password == "secret!"
    assert "secret!" not in repr(registry) + str(registry) + str(registry.__rich_repr__())
    assert "r.example" in repr(registry)
    with pytest.raises(AttributeError):
        registry.adress = "x"


def test_one_kind_of_image_takes_the_place_of_the_other(recwarn):
    docker = DockerSection()
    docker.base_dockerfile = "FROM debian"
    assert (docker.base_image, len(recwarn)) == (None, 0)
    with pytest.warns(UserWarning, match="base_dockerfile"):
        docker.base_image = "debian:12"
    assert docker.base_dockerfile is None
    with pytest.warns(UserWarning, match="base_image"):
        docker.base_dockerfile = "FROM debian\nRUN true"
    assert docker.base_image is None
    docker.base_image = None
    assert docker.base_dockerfile == "FROM debian\nRUN true"
    with pytest.warns(UserWarning, match="base_dockerfile"):
        docker.build_context = "folder"
    assert docker.base_dockerfile is None


def test_where_a_dockerfile_may_come_from(tmp_path):
    file = tmp_path / "Docker file"
    file.write_text("FROM debian\n")
    for given in (file, str(file), io.StringIO("FROM debian\n"), "FROM debian\n"):
        assert Environment.from_dockerfile("x", given).docker.base_dockerfile == "FROM debian\n"
    long = "FROM debian:" + "x" * 5000 + " AS base"
    assert Environment.from_dockerfile("x", long).docker.base_dockerfile == long
    for wrong in (tmp_path / "absent", "absent", io.BytesIO(b"FROM x"), 3):
        with pytest.raises(UserErrorException):
            Environment.from_dockerfile("x", wrong)


def test_docker_enabled_only_warns():
    env = Environment("x")
    with pytest.warns(DeprecationWarning, match="use_docker"):
        env.docker.enabled = True
    assert env.docker.enabled


def test_variables_warn_when_they_are_replaced():
    env = Environment("x")
    env.environment_variables["A"] = 1
    assert env._spec().variables["A"] == "1"
    with pytest.warns(DeprecationWarning, match="RunConfiguration"):
        env.environment_variables = {"B": "2"}
    assert env.environment_variables == {"B": "2"}


def test_from_conda_specification(conda_file):
    env = Environment.from_conda_specification(name="x", file_path=conda_file)
    assert env._spec() == wire.EnvironmentSpec(
        python=wire.PythonSpec(
            conda=wire.CondaSpec(
                channels=["conda-forge"], packages=["python=3.9", "numpy=1.26"], pip=["--pre", "mlflow"]
            )
        ),
        variables={"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE"},
    )
    with pytest.raises(UserErrorException, match="absent"):
        Environment.from_conda_specification("x", "absent.yml")


def test_from_pip_requirements(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "more.txt").write_text("scipy\n")
    file = tmp_path / "requirements.txt"
    file.write_text(
        "# what we need\n-i https://x.example/#simple\nnumpy>=1 # numbers\n\n-r deep/more.txt\n"
        "pandas \\\n  >=2\n-e git+https://g.example/p.git#egg=p\n"
    )
    env = Environment.from_pip_requirements("x", file, pip_version="23.1")
    assert env._spec().python.conda.pip == [
        "-i https://x.example/#simple",
        "numpy>=1",
        "scipy",
        "pandas    >=2",
        "-e git+https://g.example/p.git#egg=p",
    ]
    assert env._spec().python.conda.packages[-1] == "pip=23.1"


@pytest.mark.parametrize("line", ["-e .", "-c limits.txt", "--constraint=limits.txt", "-r requirements.txt"])
def test_requirements_that_only_this_machine_has(tmp_path, line):
    file = tmp_path / "requirements.txt"
    file.write_text(f"numpy\n{line}\n")
    with pytest.raises(UserErrorException, match=r"requirements\.txt"):
        Environment.from_pip_requirements("x", str(file))


@pytest.fixture
def conda(tmp_path, monkeypatch):
    """Put a conda of this text in the way."""

    def put(text):
        file = tmp_path / "bin" / "conda"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!{sys.executable}\nimport sys\n{text}\n")
        file.chmod(0o755)

    monkeypatch.delenv("CONDA_EXE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return put


def test_from_existing_conda_environment(conda):
    with pytest.raises(UserErrorException, match="no conda"):
        Environment.from_existing_conda_environment("x", "mine")
    conda("import json; print(json.dumps({'name': sys.argv[-1], 'dependencies': ['python=3.8', 'a=1']}))")
    env = Environment.from_existing_conda_environment("x", "mine")
    assert env._spec().python.conda.packages == ["python=3.8", "a=1"]
    assert env.python.conda_dependencies.as_dict()["name"] == "mine"
    conda("sys.exit('EnvironmentLocationNotFound')")
    with pytest.raises(UserErrorException, match=r"mine.*LocationNotFound"):
        Environment.from_existing_conda_environment("x", "mine")
    conda("print('so it is')")
    with pytest.raises(UserErrorException, match="mine"):
        Environment.from_existing_conda_environment("x", "mine")


def test_from_docker_image(conda_file, tmp_path):
    registry = ContainerRegistry("r.example", "me", "secret!")
    env = Environment.from_docker_image("x", "team/image:1", registry)
    spec = env._spec()
    assert spec.image == "r.example/team/image:1"
    assert spec.python == wire.PythonSpec(user_managed=True)
    env = Environment.from_docker_image("x", DEFAULT_CPU_IMAGE, conda_specification=conda_file)
    assert env._spec().image == DEFAULT_CPU_IMAGE
    assert env._spec().python.conda.packages == ["python=3.9", "numpy=1.26"]
    (tmp_path / "r.txt").write_text("torch\n")
    env = Environment.from_docker_image("x", "i", pip_requirements=tmp_path / "r.txt")
    assert env._spec().python.conda.pip == ["torch"]
    with pytest.raises(UserErrorException, match="not both"):
        Environment.from_docker_image("x", "i", None, conda_file, tmp_path / "r.txt")
    with pytest.raises(UserErrorException):
        Environment.from_docker_image("x", "")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_when_there_is_an_image():
    env = Environment("x")
    assert env._spec().image == ""
    env.docker.base_image = DEFAULT_GPU_IMAGE
    assert env._spec().image == ""
    env.docker.enabled = True
    assert env._spec().image == DEFAULT_GPU_IMAGE
    env.docker.enabled = False
    env.docker.base_image = "debian:12"
    assert env._spec().image == "debian:12"
    env.docker.base_image = None
    assert env._spec().image == ""


def test_a_python_of_the_users_own():
    env = Environment("x")
    env.python.user_managed_dependencies = True
    env.python.interpreter_path = "/usr/bin/python3"
    env.python.conda_dependencies.add_pip_package("numpy")
    assert env._spec().python == wire.PythonSpec(user_managed=True, interpreter="/usr/bin/python3")


@pytest.mark.usefixtures("conda_file")
def test_a_conda_file_is_read_when_it_is_needed(tmp_path):
    env = Environment("x")
    env.python.conda_dependencies_file = "env.yml"
    assert env._spec(tmp_path).python.conda.packages == ["python=3.9", "numpy=1.26"]
    with pytest.raises(UserErrorException, match=r"env\.yml"):
        env._spec(tmp_path / "elsewhere")


def test_what_cannot_be_built_says_so():
    env = Environment.from_dockerfile("x", "FROM debian\n")
    with pytest.raises(UnsupportedFeatureException, match="Dockerfile"):
        env._spec()
    env = Environment("x")
    env.r = RSection()
    assert "r" in env._definition()
    with pytest.raises(UnsupportedFeatureException, match="R section"):
        env._spec()
    env = Environment("x", python=PythonSection(base_conda_environment="base"))
    with pytest.raises(UnsupportedFeatureException):
        env._spec()
    with pytest.raises(UnsupportedFeatureException, match="no image"):
        env.get_image_details(None)
    with pytest.raises(UnsupportedFeatureException):
        Environment.from_docker_build_context("x", object())
    with pytest.raises(UnsupportedFeatureException):
        Environment.add_private_pip_wheel(None, "x.whl", exist_ok=True)


def rich_environment():
    env = Environment("rich")
    env.python.conda_dependencies = CondaDependencies.create(pip_packages=["ä"], python_version="3.6.2")
    env.environment_variables["A"] = "b"
    env.inferencing_stack_version = "latest"
    env.spark.packages = [SparkPackage("g", "a", "1")]
    env.docker.base_image_registry.address = "r.example"
    env.docker.arguments.append("--gpus=all")
    env.r = RSection(r_version="4")
    return env


@pytest.mark.parametrize(
    "env",
    [
        Environment("plain"),
        rich_environment(),
        Environment.from_docker_image("image", "debian:12"),
        Environment.from_dockerfile("file", "FROM debian\nRUN true\n"),
        Environment("no image", docker=DockerSection(_base_image=None)),
    ],
    ids=lambda env: env.name,
)
def test_round_trips(env, tmp_path):
    before = env._definition()
    assert Environment._from_definition(json.loads(json.dumps(before)))._definition() == before
    env.save_to_directory(tmp_path / "env")
    assert Environment.load_from_directory(tmp_path / "env")._definition() == before
    assert copy.deepcopy(env)._definition() == before == env._definition()


def test_save_to_directory_overwrites_only_when_told(tmp_path):
    there = tmp_path / "there"
    Environment.from_dockerfile("one", "FROM debian\n").save_to_directory(there)
    with pytest.raises(UserErrorException, match="overwrite"):
        Environment("two").save_to_directory(there)
    assert Environment.load_from_directory(there).name == "one"
    Environment("two").save_to_directory(there, overwrite=True)
    again = Environment.load_from_directory(there)
    assert (again.name, again.docker.base_dockerfile) == ("two", None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "3",
        "{}",
        '{"name": 3}',
        '{"name": "x", "docker": 3}',
        '{"name": "x", "python": {"condaDependencies": 3}}',
        '{"name": "x", "python": {"userManagedDependencies": "perhaps"}}',
        "[" * 100_000,
    ],
)
def test_wrong_files(tmp_path, text):
    (tmp_path / "azureml_environment.json").write_text(text)
    with pytest.raises(UserErrorException):
        Environment.load_from_directory(tmp_path)


def test_a_folder_without_an_environment(tmp_path):
    with pytest.raises(UserErrorException, match=r"azureml_environment\.json"):
        Environment.load_from_directory(str(tmp_path))


def test_definitions_of_other_versions():
    env = Environment._from_definition(
        {
            "name": "x",
            "version": 3,
            "later": {},
            "python": {"condaDependencies": None, "more": 1},
            "docker": None,
            "spark": {"packages": None},
        }
    )
    assert env.version == "3"
    assert env.docker == DockerSection()
    assert env.spark.packages == []
    assert list(env.python.conda_dependencies.pip_packages) == ["azureml-defaults"]


def test_clone():
    env = rich_environment()
    env.version = "3"
    copied = env.clone("other")
    copied.python.conda_dependencies.add_pip_package("b")
    assert (copied.name, copied.version, env.version) == ("other", None, "3")
    assert list(env.python.conda_dependencies.pip_packages) == ["ä"]
    with pytest.raises(TypeError):
        env.clone(None)


class Kept:
    """Stands in for the functions that ask the server."""

    def __init__(self):
        self.records = {}
        self.asked = []

    def register(self, _at, name, spec, definition):
        self.asked.append(definition)
        digest = wire.digest(spec, definition)
        versions = self.records.setdefault(name, [])
        for record in versions:
            if record.digest == digest:
                return record
        made = wire.Environment(
            name=name,
            version=str(len(versions) + 1),
            digest=digest,
            spec=spec,
            definition=definition,
            created_at=0,
        )
        versions.append(made)
        return made

    def get(self, _at, name, version="latest"):
        versions = self.records.get(name, [])
        found = [one for one in versions if version in ("latest", one.version)]
        if not found:
            raise errors.NotFound(f"no environment {name} {version}")
        return found[-1]

    def search(self, _at):
        return [versions[-1] for versions in self.records.values()]


@pytest.fixture
def kept(monkeypatch):
    kept = Kept()
    for name in ("register", "get", "search"):
        monkeypatch.setattr(environments, name, getattr(kept, name))
    return kept


@pytest.mark.usefixtures("kept")
def test_register_get_and_list(ws):
    env = rich_environment()
    env.r = None
    one = env.register(ws)
    assert (one.version, env.version) == ("1", None)
    assert one._definition() == env._definition() | {"version": "1"}
    assert one.register(workspace=ws).version == "1"
    one.python.conda_dependencies.add_conda_package("numpy")
    assert one.register(ws).version == "2"
    assert Environment.get(ws, "rich").version == Environment.get(ws, "rich", label="latest").version == "2"
    assert Environment.get(workspace=ws, name="rich", version=1)._definition() == env._definition() | {
        "version": "1"
    }
    assert {name: one.version for name, one in Environment.list(ws).items()} == {"rich": "2"}


def test_a_password_is_never_sent(ws, kept):
    env = Environment.from_docker_image("x", "i", ContainerRegistry("r.example", "me", "secret!"))
    env.register(ws)
    assert "secret!" not in str(kept.asked)
    assert "r.example" in str(kept.asked)


@pytest.mark.usefixtures("kept")
def test_get_what_is_not_there(ws):
    with pytest.raises(ServiceException, match="no environment absent"):
        Environment.get(ws, "absent")
    Environment("x").register(ws)
    with pytest.raises(UserErrorException, match="label"):
        Environment.get(ws, "x", label="prod")
    with pytest.raises(UserErrorException, match="both"):
        Environment.get(ws, "x", version="1", label="latest")


@pytest.mark.parametrize("env", [rich_environment(), Environment.from_docker_image("i", "debian:12")])
def test_an_environment_that_no_script_registered(env):
    env.r = None
    record = wire.Environment(name="x", version="7", digest="", spec=env._spec(), definition={}, created_at=0)
    found = received(record)
    assert (found.name, found.version) == ("x", "7")
    assert found.environment_variables == env.environment_variables
    assert found._spec().python == env._spec().python
