"""What can be imported, and what that costs."""

import importlib
import logging
import warnings

import pytest

from azureml import exceptions

MODULES = [
    "azureml.core", "azureml.core.workspace", "azureml.core.experiment", "azureml.core.authentication",
    "azureml.core.conda_dependencies", "azureml.core.container_registry", "azureml.core.environment",
    "azureml.core.runconfig", "azureml.core.script_run_config", "azureml.core.compute",
    "azureml.core.compute.compute", "azureml.core.compute.amlcompute", "azureml.core.compute.remote",
    "azureml.core.compute_target",
    "azureml.exceptions", "azureml.mlflow", "azureml.contrib.run", "azureml.telemetry",
]  # fmt: skip


@pytest.mark.parametrize("module", MODULES)
def test_module(module):
    importlib.import_module(module)


def test_azureml_is_a_namespace_that_other_wheels_can_share():
    import azureml

    assert not getattr(azureml, "__file__", None)


def test_the_plain_import_tells_the_version(python):
    surface, _, ours = python("import azureml.core; print(azureml.core.VERSION)").strip().partition("+")
    assert surface.split(".") >= ["1", "0", "43"]
    assert ours.startswith("lazward.")
    assert python("from azureml.core import __version__, VERSION; print(__version__ == VERSION)") == "True\n"


def test_azureml_mlflow_is_there_without_being_imported(python):
    for program in ("import mlflow, azureml.core", "import azureml.core, mlflow"):
        assert python(f"{program}; print(azureml.mlflow.get_portal_url.__name__)") == "get_portal_url\n"


def test_importing_azureml_core_loads_neither_mlflow_nor_data_libraries(python):
    loaded = python(
        "import sys, azureml.core; print(*{name.partition('.')[0] for name in sys.modules})"
    ).split()
    assert "azureml" in loaded
    assert not {"mlflow", "pandas", "numpy", "typer", "yaml"} & set(loaded)


def test_the_old_place_of_the_plug_in_warns():
    with pytest.warns(DeprecationWarning, match=r"azureml\.mlflow"):
        contrib = importlib.reload(importlib.import_module("azureml.contrib.mlflow"))
    assert contrib.get_portal_url is importlib.import_module("azureml.mlflow").get_portal_url


def test_telemetry_takes_what_scripts_pass():
    from azureml.telemetry import set_diagnostics_collection

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert set_diagnostics_collection(send_diagnostics=True, verbosity=logging.DEBUG, reason="r") is None


def test_every_failure_is_of_one_family_and_has_a_message():
    kinds = [
        kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, Exception)
    ]
    assert len(kinds) == 22
    for kind in kinds:
        assert issubclass(kind, exceptions.AzureMLException)
        if kind not in (exceptions.ActivityFailedException, exceptions.AzureMLAggregatedException):
            assert kind("so it is").message == str(kind("so it is")) == "so it is"


def test_failures_with_more_to_say():
    assert exceptions.ActivityFailedException({"error": "x"}).error_details == {"error": "x"}
    assert exceptions.ActivityFailedException(error_details="disk full").message.endswith("disk full")
    assert exceptions.WebserviceException("m", 404).status_code == 404
    assert exceptions.AzureMLAggregatedException([ValueError("a"), KeyError("b")]).message.startswith("a\n")
    assert issubclass(exceptions.AuthenticationException, exceptions.UserErrorException)
    assert issubclass(exceptions.UnsupportedFeatureException, NotImplementedError)
