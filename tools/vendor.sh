#!/bin/sh
# Rebuild the vendored files from npm: static/vendor/ and tests/vendor/.
# Needs node and npm; works in a folder of its own that is thrown away. Look at `git diff` after.
set -eu

NHSUK_FRONTEND=10.6.1
AXE_CORE=4.14.1
SASS=1.108.2
ESBUILD=0.28.2

root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm init --yes >/dev/null
npm install --no-audit --no-fund --ignore-scripts --loglevel=error \
    "nhsuk-frontend@$NHSUK_FRONTEND" "axe-core@$AXE_CORE" "sass@$SASS" "esbuild@$ESBUILD"
cp "$root"/tools/vendor/nhsuk-frontend.* .

nhsuk="$root/static/vendor/nhsuk-frontend"
rm -rf "$nhsuk"
mkdir -p "$nhsuk/images"
npx sass --load-path=node_modules --style=compressed --no-source-map --no-charset \
    --quiet-deps nhsuk-frontend.scss "$nhsuk/nhsuk-frontend.css"
npx esbuild nhsuk-frontend.mjs --bundle --format=esm --minify --legal-comments=none \
    --log-level=warning --outfile="$nhsuk/nhsuk-frontend.js"
# Only the pictures that the style sheet names.
grep -o 'images/[a-z-]*\.svg' "$nhsuk/nhsuk-frontend.css" | sort -u | while read -r picture; do
    cp "node_modules/nhsuk-frontend/dist/nhsuk/assets/$picture" "$nhsuk/$picture"
done
cat >"$nhsuk/VERSION" <<END
nhsuk-frontend $NHSUK_FRONTEND (npm), MIT licence, see LICENCE
Built by tools/vendor.sh with sass $SASS and esbuild $ESBUILD from tools/vendor/nhsuk-frontend.*:
no web font, no logo, only the components that the pages use.
END
cp "$root/tools/vendor/nhsuk-frontend.licence" "$nhsuk/LICENCE"

axe="$root/tests/vendor/axe-core"
rm -rf "$axe"
mkdir -p "$axe"
cp node_modules/axe-core/axe.min.js "$axe/axe.min.js"
cp node_modules/axe-core/LICENSE "$axe/LICENCE"
cat >"$axe/VERSION" <<END
axe-core $AXE_CORE (npm), Mozilla Public License 2.0, see LICENCE
axe.min.js as published, copied by tools/vendor.sh; for the browser tests only.
END
