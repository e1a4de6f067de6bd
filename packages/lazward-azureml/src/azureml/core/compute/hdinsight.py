"""HDInsight clusters, which do not work yet."""

from azureml.core.compute._later import Later


class HDInsightCompute(Later):
    """An HDInsight cluster: not supported."""
