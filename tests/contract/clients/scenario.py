"""One pass through everything a client can do, run by each stock client under its own Python.

    MLFLOW_TRACKING_TOKEN=... python scenario.py URL [WORD ...]

Prints a line per feature: ``ok``, ``absent`` where the version does not have it, or ``FAILED`` with the
traceback. WORDs choose the features whose names contain one of them. Exits with 1 if a feature failed.
"""

import os
import sys
import time
import traceback
import warnings

os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")

import lab
import mlflow


def main(url, *words):
    """Run the features against the server and say whether all passed."""
    import features  # noqa: F401 - registers them

    warnings.simplefilter("ignore")
    bench = lab.Lab(url)
    try:
        chosen = [f for f in lab.FEATURES if not words or any(word in f[0] for word in words)]
        return [_passes(bench, *one) for one in chosen].count(False) == 0
    finally:
        bench.close()


def _passes(bench, name, needs, function):
    lacking = lab.missing(needs)
    if lacking:
        _say("absent", name, "no " + lacking)
        return True
    started = time.time()
    try:
        function(bench)
    except Exception:  # noqa: BLE001 - a failed feature must not hide the next ones
        _say("FAILED", name, "")
        traceback.print_exc(file=sys.stdout)
        return False
    finally:
        while mlflow.active_run():
            mlflow.end_run()
    _say("ok", name, f"{time.time() - started:.1f} s")
    return True


def _say(outcome, name, note):
    print(f"{outcome:6} {mlflow.__version__}: {name} ({note})")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(0 if main(*sys.argv[1:]) else 1)
