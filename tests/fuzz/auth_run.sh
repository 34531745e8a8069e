#!/bin/sh
# Fuzzes the auth dialect's parsers with libFuzzer, ASan and UBSan: tests/fuzz/auth_run.sh [seconds a fuzzer, default 60].
# New finds go into the kept corpus; a crash leaves its input in the build folder and fails.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-60}
build=${FUZZ_BUILD:-$root/build-fuzz}
mkdir -p "$build"
for name in auth_jwt auth_form; do
  clang -std=gnu17 -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I"$root/src" \
    "$root/tests/fuzz/$name.c" "$root"/src/base/*.c "$root/src/auth/form.c" -ljansson -lcrypto -o "$build/$name"
  mkdir -p "$build/corpus/$name"
  (cd "$build" && "./$name" -max_total_time="$seconds" -timeout=2 -max_len=4096 -print_final_stats=1 "corpus/$name" "$root/tests/fuzz/corpus/$name")
done
