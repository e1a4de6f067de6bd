"""What our plug-in gives back to MLflow from 1.30 on; ``hooks.py PROJECT`` also runs a project."""

import contextlib
import inspect
import sys
import warnings

import mlflow
import mlflow.azureml
import mlflow.projects
from mlflow.exceptions import ExecutionException

MAJOR = int(mlflow.__version__.partition(".")[0])


@contextlib.contextmanager
def raises(kind, text):
    """The block fails so; pytest is not among what old environments hold."""
    try:
        yield
    except kind as error:
        if text not in str(error):
            raise
    else:
        raise AssertionError(f"no error with {text}")


build_image, deploy = mlflow.azureml.build_image, mlflow.azureml.deploy
assert list(inspect.signature(build_image).parameters) == (
    "model_uri workspace image_name model_name mlflow_home description tags synchronous".split()
)
assert list(inspect.signature(deploy).parameters) == (
    "model_uri workspace deployment_config service_name model_name tags mlflow_home synchronous".split()
)
if MAJOR > 1:
    for call in (build_image, deploy):
        with raises(NotImplementedError, f"mlflow.azureml.{call.__name__} is not supported by Lazward yet"):
            call("models:/m/1", None)
else:
    assert "site-packages" in mlflow.azureml.__file__

for name in ("set_experiment", "set_tracking_uri"):
    assert not hasattr(getattr(mlflow, name), "__wrapped__"), f"{name} is changed outside of a job"
assert mlflow.run is mlflow.projects.run

if sys.argv[1:]:
    experiment = f"with MLflow {mlflow.__version__}"
    given = {"parameters": {"alpha": 0.3}, "experiment_name": experiment, "backend": "lazward"}
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        run = mlflow.projects.run(sys.argv[1], use_conda=False, **given)
    assert MAJOR == 1 or any("env_manager='local'" in str(one.message) for one in told), told
    assert run.get_status() == "FINISHED"
    assert run.wait() is True
    found = mlflow.tracking.MlflowClient().get_run(run.run_id)
    assert found.data.params["alpha"] == "0.3", found.data.params
    assert {"rmse", "r2", "mae"} <= set(found.data.metrics), found.data.metrics
    assert found.data.tags["mlflow.project.backend"] == "lazward"
    if MAJOR > 1:
        with raises(ExecutionException, "do not go together"):
            mlflow.projects.run(sys.argv[1], use_conda=True, env_manager="local", **given)
print("ok")
