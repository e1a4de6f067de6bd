"""What ``azureml-contrib-run`` was installed for: the MLflow plug-in, which needs no import."""
