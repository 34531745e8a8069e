#!/bin/bash
# TypeScript: the compilers, the linter and the formatter (biome.json) over pages, tests and client. Prints TAP.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
PATH=$PWD/tests/node_modules/.bin:$PATH
tests=0 failed=0
report() { # what command …
  local what=$1 told
  shift
  tests=$((tests + 1))
  if told=$("$@" 2>&1); then
    echo "ok $tests - $what"
  else
    failed=$((failed + 1))
    printf 'not ok %d - %s\n%s\n' $tests "$what" "$told"
  fi
}
in_folder() { (cd "$1" && shift && "$@"); }
report 'the pages build' in_folder web node node_modules/typescript/bin/tsc --noEmit
report 'the service worker builds' in_folder web node node_modules/typescript/bin/tsc --noEmit -p worker
report 'the script for other pages builds' in_folder web node node_modules/typescript/bin/tsc --noEmit -p embed
report 'the client builds' in_folder client node node_modules/typescript/bin/tsc --noEmit -p .
report 'the tests build' in_folder tests node node_modules/typescript/bin/tsc --noEmit
report 'what is suspicious' biome lint --error-on-warnings --reporter=github .
report 'the style' biome format .
echo "1..$tests"
[ $failed = 0 ]
