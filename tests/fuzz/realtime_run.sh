#!/bin/sh
# Fuzzes the messages between hub and workers with libFuzzer, ASan and UBSan: tests/fuzz/realtime_run.sh [seconds, default 60].
# New finds go into the build folder; a crash leaves its input there and fails.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-60}
build=${FUZZ_BUILD:-$root/build-fuzz}
mkdir -p "$build/corpus/realtime_wire"
clang -std=gnu17 -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I"$root/src" \
  "$root/tests/fuzz/realtime_wire.c" "$root/src/realtime/wire.c" "$root/src/base/arena.c" "$root/src/base/buf.c" \
  -ljansson -o "$build/realtime_wire"
cd "$build"
./realtime_wire -max_total_time="$seconds" -max_len=4096 -print_final_stats=1 corpus/realtime_wire \
  "$root/tests/fuzz/corpus/realtime_wire"
