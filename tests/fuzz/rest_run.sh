#!/bin/sh
# Fuzzes the REST dialect's parsers and planner with libFuzzer, ASan and UBSan: tests/fuzz/rest_run.sh [seconds a fuzzer, default 60].
# New finds go into the build folder; a crash leaves its input there and fails.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-60}
build=${FUZZ_BUILD:-$root/build-fuzz}
mkdir -p "$build"
cd "$root/src/rest"
parts="bounds query operator scanner filter select sql sql_read resolve embed call plan plan_write plan_call plan_cache plan_reads template preference body catalogue relationship"
sources=""
for part in $parts; do sources="$sources $root/src/rest/$part.c"; done
for name in ${FUZZ_ONLY:-rest_request rest_headers rest_body}; do
  # shellcheck disable=SC2086
  clang -std=gnu17 -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I"$root/src" \
    -I"$(pg_config --includedir)" "$root/tests/fuzz/$name.c" "$root"/src/base/*.c $sources -ljansson -lcrypto -o "$build/$name"
  mkdir -p "$build/corpus/$name"
  (cd "$build" && "./$name" -max_total_time="$seconds" -timeout=2 -max_len=4096 -print_final_stats=1 -dict="$root/tests/fuzz/rest.dict" \
    "corpus/$name" "$root/tests/fuzz/corpus/$name")
done
