"""What these tests share; see ``tests.configured``."""

from tests.configured import cluster, experiment, here, project, python, scripted, surroundings, ws

__all__ = ["cluster", "experiment", "here", "project", "python", "scripted", "surroundings", "ws"]
