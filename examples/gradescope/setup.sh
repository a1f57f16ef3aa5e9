#!/usr/bin/env bash
# Runs once, when Gradescope builds the image: makes an environment with the tool in it.
set -euo pipefail
source=$(cd "$(dirname "$0")" && pwd)

# The images come with older Pythons too.
find_python() {
    for python in python3.13 python3.12 python3.11 python3; do
        if "$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
            echo "$python"
            return
        fi
    done
    return 1
}

if ! python=$(find_python); then
    apt-get update -qq
    apt-get install -y -qq python3.11 python3.11-venv
    python=$(find_python)
fi
"$python" -m venv "$source/venv"
"$source/venv/bin/pip" install --quiet "$source"/*.whl
