#!/bin/sh
# Fuzzes the reader of logical replication messages with libFuzzer, ASan and UBSan: tests/fuzz/pgoutput_run.sh [seconds, default 60].
# New finds go into the build folder; a crash leaves its input there and fails.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-60}
build=${FUZZ_BUILD:-$root/build-fuzz}
mkdir -p "$build/corpus/pgoutput"
clang -std=gnu17 -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I"$root/src" \
  "$root/tests/fuzz/pgoutput.c" "$root/src/pg/pgoutput.c" -o "$build/pgoutput"
cd "$build"
./pgoutput -max_total_time="$seconds" -timeout=2 -max_len=4096 -print_final_stats=1 corpus/pgoutput "$root/tests/fuzz/corpus/pgoutput"
