#!/bin/sh
# Make .venv and install a lock file in it: tools/install.sh LOCKFILE STAMP
# Every package is checked against its hash in the lock file.
set -eu
lockfile=$1 stamp=$2

python=
for name in python3.11 python3; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "This needs Python 3.11 or newer: install it ('sudo apt-get install python3.11 python3.11-venv') and run this again." >&2
    exit 1
fi
if ! [ -x .venv/bin/pip ]; then
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        echo "Python's venv module is missing: install it ('sudo apt-get install python3-venv') and run this again." >&2
        exit 1
    fi
    echo "Making .venv…"
    "$python" -m venv .venv
fi
echo "Installing what $lockfile lists…"
.venv/bin/pip install --require-hashes --no-deps --disable-pip-version-check \
    --progress-bar on --requirement "$lockfile" || {
    echo "Installing failed: see the lines above. With no network, connect and run this again." >&2
    exit 1
}
touch "$stamp"
