"""MLflow Projects that run as jobs: ``mlflow.projects.run(uri, backend="lazward")``."""
