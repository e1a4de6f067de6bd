import mlflow

mlflow.log_metric("loss", 0.5)
mlflow.log_param("alpha", 0.3)
