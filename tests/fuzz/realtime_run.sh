#!/bin/sh
# Fuzzes what clients of /realtime send, frames (websocket) and messages (frame), with libFuzzer, ASan and UBSan:
# tests/fuzz/realtime_run.sh [seconds each, default 60]. New finds go into the build folder; a crash leaves its input
# there and fails.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-60}
build=${FUZZ_BUILD:-$root/build-fuzz}
mkdir -p "$build/corpus/websocket" "$build/corpus/frame"
fuzz() { # name, sources
  name=$1
  shift
  clang -std=gnu17 -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I"$root/src" \
    "$root/tests/fuzz/$name.c" "$@" "$root"/src/base/*.c -lwslay -ljansson -lcrypto -o "$build/$name"
  (cd "$build" && "./$name" -max_total_time="$seconds" -timeout=2 -max_len=4096 -print_final_stats=1 "corpus/$name" \
    "$root/tests/fuzz/corpus/$name")
}
fuzz websocket "$root/src/http/websocket_reader.c"
fuzz frame "$root/src/realtime/frame.c"
