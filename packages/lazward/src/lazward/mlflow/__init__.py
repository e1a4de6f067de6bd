"""The MLflow plug-in: what MLflow finds by entry point for ``lazward:`` and ``lazward+http:`` URIs."""
