"""A line through some wines, the way training scripts of MLflow's examples go."""

import sys

import mlflow

alpha, data = float(sys.argv[1]), sys.argv[2]
with open(data) as file:
    rows = [tuple(map(float, line.split(","))) for line in file.read().splitlines()[1:]]
mean = sum(quality for _, quality in rows) / len(rows)
slope = sum(acid * (quality - mean) for acid, quality in rows) / (sum(acid**2 for acid, _ in rows) + alpha)
errors = [quality - mean - slope * acid for acid, quality in rows]
spread = sum((quality - mean) ** 2 for _, quality in rows)

with mlflow.start_run():
    mlflow.log_param("alpha", alpha)
    mlflow.log_metric("rmse", (sum(error**2 for error in errors) / len(rows)) ** 0.5)
    mlflow.log_metric("r2", 1 - sum(error**2 for error in errors) / spread)
    mlflow.log_metric("mae", sum(map(abs, errors)) / len(rows))
print(f"trained with alpha {alpha} on {len(rows)} wines")
