"""What the scenario covers, one module per area; importing this package registers every feature in order."""

from features import experiments, runs, metrics, search, artifacts, datasets, models, autolog, registry  # noqa: F401, I001
