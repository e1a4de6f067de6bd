"""Start a workspace on this machine, train against it, and tell where to look.

Everything happens in ``.lazward/quickstart`` beside the repository's files; run it again and it adds to that.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".lazward" / "quickstart"
LAZWARD = Path(sys.executable).with_name("lazward")


def main() -> int:
    """Run the whole tour; returns the exit status."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {
        "LAZWARD_CONFIG_DIR": str(FOLDER / "config"),
        "MPLCONFIGDIR": str(FOLDER / "matplotlib"),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "GIT_PYTHON_REFRESH": "quiet",
    }
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    up = [str(LAZWARD), "up", "--home", str(FOLDER / "home"), "--port", str(port)]
    print(f"$ lazward up --home .lazward/quickstart/home --port {port}", flush=True)
    server = subprocess.Popen(up, env=environment)  # noqa: S603 - our own command
    try:
        wait_until_healthy(url, server)
        print(f"$ lazward config --server {url}", flush=True)
        run([str(LAZWARD), "config", "--server", url, "--path", str(FOLDER)], environment)
        for script in ("first_run.py", "diabetes.py", "remote_run.py"):
            print(f"$ python examples/{script}", flush=True)
            run([sys.executable, str(ROOT / "examples" / script)], environment)
    finally:
        server.terminate()
        server.wait()
    print(
        f"\nEverything is kept in {FOLDER.relative_to(ROOT)}. To go on there:\n"
        f"  export LAZWARD_CONFIG_DIR={FOLDER.relative_to(ROOT)}/config\n"
        "  .venv/bin/lazward up --home .lazward/quickstart/home\n"
        "and read docs/guide/getting-started.md."
    )
    return 0


def free_port() -> int:
    """The usual port if it is free, else any."""
    for port in (8421, 0):
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                sock.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(sock.getsockname()[1])
    raise SystemExit("no free port")


def wait_until_healthy(url: str, server: subprocess.Popen[bytes]) -> None:
    """Return once the server answers."""
    for _ in range(600):
        if server.poll() is not None:
            raise SystemExit("the server did not start; see above")
        try:
            with urllib.request.urlopen(url + "/health") as answer:  # noqa: S310 - our own server
                if answer.read() == b"OK":
                    return
        except urllib.error.URLError:
            time.sleep(0.05)
    raise SystemExit("the server did not become healthy within 30 s")


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run a command in the quickstart's folder and stop the tour if it fails."""
    subprocess.run(command, cwd=FOLDER, env=environment, check=True)  # noqa: S603 - our own commands


if __name__ == "__main__":
    sys.exit(main())
