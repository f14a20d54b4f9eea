#!/bin/sh
# Our JavaScript: every file parses as a module, and the tests of its logic pass in Node.
set -eu
command -v node >/dev/null || {
    echo "Checking the JavaScript needs Node: install it ('sudo apt-get install nodejs') and run this again." >&2
    exit 1
}
for file in static/js/*.js; do
    node --check "$file"
done
set -- tests/js/*.test.js
if [ -e "$1" ]; then
    node --test "$@" >&2
fi
