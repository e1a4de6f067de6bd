"""Starting the launcher of a job on this machine."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from lazward.client import trust
from lazward.client.http import Connection
from lazward.errors import ConfigError


def start(at: Connection, run_id: str, token: str | None) -> None:
    """Start a launcher that goes on when this process has ended.

    Args:
        at: The workspace.
        run_id: The job.
        token: What the launcher shows to the server; None where nobody is asked.

    Raises:
        ConfigError: It cannot be started.
    """
    try:
        work = Path(tempfile.mkdtemp(prefix="lazward-job-"))  # for this user alone
        with (work / "launcher.log").open("ab") as out:
            subprocess.Popen(
                [sys.executable, "-m", "lazward.launcher"],
                env=_variables(at, run_id, token, work),
                cwd=work,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
    except OSError as error:
        raise ConfigError(f"The job cannot be started on this machine: {error.strerror}.") from error


def _variables(at: Connection, run_id: str, token: str | None, work: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name != "LAZWARD_TOKEN"}
    own |= {
        "LAZWARD_SERVER": at.where.server.url,
        "LAZWARD_WORKSPACE": at.where.workspace or "default",
        "LAZWARD_RUN_ID": run_id,
        "LAZWARD_ATTEMPT": "1",
        "LAZWARD_WORK_DIR": str(work),
    }
    if token is not None:
        own["LAZWARD_TOKEN"] = token
    if bundle := trust.bundle(at.where.server):
        own["LAZWARD_CA_BUNDLE"] = os.path.abspath(bundle)
    return own
