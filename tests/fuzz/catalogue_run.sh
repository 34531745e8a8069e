#!/bin/sh
# Schemas of every shape that PostgreSQL can declare, read by a daemon under ASan and UBSan:
#   tests/fuzz/catalogue_run.sh [how many, default 20] [the first one's number, default a new one]
# A find says the number of its schema. tests/contract/rest_shapes.test.ts reads two of them in every run of the suite.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
"$root"/script/build "$root/build-asan" -Db_sanitize=address,undefined -Db_lundef=false --buildtype=debugoptimized
export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 MAITRED_BIN="$root/build-asan/maitred"
unset MAITRED_TEST_DAEMON
exec "$root/tests/node_modules/.bin/node" "$root/tests/fuzz/catalogue.ts" "${1:-20}" "${2:-}"
