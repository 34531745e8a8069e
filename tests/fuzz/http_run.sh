#!/bin/sh
# Fuzzes what is read from a request's head with libFuzzer, ASan and UBSan: tests/fuzz/http_run.sh [seconds, default 60].
# New finds go into the build folder; a crash leaves its input there and fails.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${1:-60}
build=${FUZZ_BUILD:-$root/build-fuzz}
mkdir -p "$build/corpus/http_request"
clang -std=gnu17 -D_GNU_SOURCE -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all -I"$root/src" \
  "$root/tests/fuzz/http_request.c" "$root/src/http/request.c" "$root/src/http/route.c" "$root"/src/base/*.c \
  -ljansson -lcrypto -o "$build/http_request"
cd "$build"
./http_request -max_total_time="$seconds" -timeout=2 -max_len=2048 -print_final_stats=1 corpus/http_request "$root/tests/fuzz/corpus/http_request"
