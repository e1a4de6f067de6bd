#!/bin/sh
# Makes .venv with all three wheels (editable), the test and the lint tools, and builds the portal. Needs Python
# 3.11+, PyPI, and for the portal the npm registry.
# Brings uv along where there is none; works under an externally managed Python, since nothing is installed
# into it.
set -eu
PYTHON=${PYTHON:-python3}
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for candidate in "$PYTHON" python3 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null 2>&1 &&
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            # A real interpreter's path: version managers put wrappers on PATH that uv cannot use.
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    say "Lazward needs Python 3.11 or newer; set PYTHON to one."
    exit 1
}

find_uv() {
    if command -v uv >/dev/null 2>&1; then command -v uv; return; fi
    if [ ! -x .tools/uv/bin/uv ]; then
        say "Fetching uv ..."
        rm -rf .tools/uv
        # A venv of its own where venv works, else a plain folder: pip may write there even when the
        # Python belongs to the system's package manager.
        if "$1" -m venv .tools/uv >/dev/null 2>&1 && .tools/uv/bin/python -m pip install -q uv >&2; then :
        elif rm -rf .tools/uv && "$1" -m pip install -q --target .tools/uv uv >&2; then :
        else
            say "Could not fetch uv: this Python has neither venv nor pip. Install uv or python3-venv first."
            exit 1
        fi
    fi
    echo "$PWD/.tools/uv/bin/uv"
}

python=$(find_python)
uv=$(find_uv "$python")
if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    "$uv" venv -q --clear --python "$python" .venv
fi
say "Installing into .venv ..."
"$uv" pip install -q --python .venv/bin/python --constraints tools/constraints.txt \
    -e packages/lazward -e 'packages/lazward-server[postgres]' -e packages/lazward-azureml \
    --group test --group lint --group portal
say "Building the portal ..."
.venv/bin/python tools/portal.py ||
    say "The portal could not be built, and the server runs without it; make portal tries again."
