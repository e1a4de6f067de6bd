"""The peers' own virtual environments, made once in a folder outside the repository."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = {
    "fasttrackml": ["fasttrackml==0.6.0", "setuptools"],
    # The driver is loaded with PostgreSQL only; nothing else differs from what the package brings.
    "mlflow": ["mlflow==3.17.2", "psycopg2-binary"],
    "trackio": ["trackio==0.43.0"],
    # Its loop turns Nagle's delay off, which asyncio leaves on for the sockets that uvicorn hands it.
    "mlflow_uvloop": ["mlflow==3.17.2", "psycopg2-binary", "uvloop", "httptools"],
}
_ROOT = Path(__file__).parents[2]


def program(name: str, executable: str) -> str:
    """The path of a program in the environment of that name, which is made if it is not there."""
    folder = _cache() / name
    made = folder / ".packages"
    wanted = " ".join(PACKAGES[name])
    if not made.exists() or made.read_text() != wanted:
        print(f"Making the environment {folder} ...", file=sys.stderr)
        _uv("venv", "-q", "--clear", "--python", sys.executable, str(folder))
        _install(folder, PACKAGES[name])
        made.write_text(wanted)
    return str(folder / "bin" / executable)


def _install(folder: Path, packages: list[str]) -> None:
    """Install; modules are compiled as pip would, or the first start would pay for that."""
    _uv("pip", "install", "-q", "--compile-bytecode", "--python", str(folder / "bin" / "python"), *packages)


def _cache() -> Path:
    return Path(os.environ.get("LAZWARD_BENCH_CACHE") or "~/.cache/lazward-bench").expanduser().absolute()


def _uv(*arguments: str) -> None:
    found = (_ROOT / ".venv/bin/uv", shutil.which("uv"), _ROOT / ".tools/uv/bin/uv")
    for uv in found:
        if uv and Path(uv).exists():
            subprocess.run([uv, *arguments], check=True)
            return
    sys.exit("uv is needed to install the peers; `make setup` brings it along.")
