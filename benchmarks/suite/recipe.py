"""Which servers there are and how each is started: as its own documentation says, with its own defaults."""

import sys
from dataclasses import dataclass
from pathlib import Path

from suite import environments
from suite.client import HOST


@dataclass(frozen=True)
class Recipe:
    """A way to run a server.

    Attributes:
        name: Its name in the results.
        title: Its name in tables.
        product: Which program it is.
        postgresql: It stores in PostgreSQL; otherwise in SQLite.
        scale: Its data sets are this many times as large.
        stores: It keeps what it is sent.
    """

    name: str
    title: str
    product: str
    postgresql: bool = False
    scale: int = 1
    stores: bool = True


RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe("ours", "Lazward", "ours"),
        Recipe("ours_large", "Lazward, 5 times the runs", "ours", scale=5),
        Recipe("ours_postgresql", "Lazward on PostgreSQL", "ours", postgresql=True),
        Recipe("null", "null handler", "null", stores=False),
        Recipe("fasttrackml", "FastTrackML", "fasttrackml"),
        Recipe("fasttrackml_postgresql", "FastTrackML on PostgreSQL", "fasttrackml", postgresql=True),
        Recipe("mlflow", "mlflow server", "mlflow"),
        Recipe("mlflow_uvloop", "mlflow server with uvloop", "mlflow_uvloop"),
        Recipe("mlflow_postgresql", "mlflow server on PostgreSQL", "mlflow", postgresql=True),
    )
}

PRODUCTS = ("ours", "null", "fasttrackml", "mlflow", "mlflow_uvloop")


def command(recipe: Recipe, port: int, folder: Path, database: str) -> list[str]:
    """The command line; ``database`` is a PostgreSQL URL or empty."""
    match recipe.product:
        case "ours":
            return _ours(port, folder, database)
        case "null":
            handler = Path(__file__).parent.with_name("null_handler.py")
            return [sys.executable, str(handler), str(port)]
        case "fasttrackml":
            return _fasttrackml(port, folder, database)
        case _:
            return _mlflow(recipe.product, port, database)


def _ours(port: int, folder: Path, database: str) -> list[str]:
    lazward = Path(sys.executable).with_name("lazward")
    options = ["--home", str(folder / "home"), "--host", HOST, "--port", str(port), "--auth", "off"]
    return [str(lazward), "up", *options, *(["--database", database] if database else [])]


def _fasttrackml(port: int, folder: Path, database: str) -> list[str]:
    program = environments.program("fasttrackml", "fml")
    options = ["--listen-address", f"{HOST}:{port}", "--default-artifact-root", str(folder / "artifacts")]
    url = database.replace("postgresql://", "postgres://")  # the only form it knows
    return [program, "server", *options, *(["--database-uri", url] if url else [])]


def _mlflow(product: str, port: int, database: str) -> list[str]:
    program = environments.program(product, "mlflow")
    options = ["--host", HOST, "--port", str(port)]
    # SQLAlchemy 2.1 would take another driver than the documented one.
    url = database.replace("postgresql://", "postgresql+psycopg2://")
    return [program, "server", *options, *(["--backend-store-uri", url] if url else [])]
