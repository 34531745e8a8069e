#!/bin/bash
# Every script of the repository through shellcheck. Prints TAP: a file a test.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
tests=0 failed=0
mapfile -t files < <(git ls-files | while read -r file; do
  case $file in *.sh | *.bash) echo "$file" ;; *) head -c 64 "$file" 2>/dev/null | grep -qaE '^#!/(bin/|usr/bin/env )(ba)?sh' && echo "$file" ;; esac
done)
for file in "${files[@]}"; do
  tests=$((tests + 1))
  if told=$(shellcheck --severity=warning --format=gcc "$file" 2>&1); then
    echo "ok $tests - $file"
  else
    failed=$((failed + 1))
    printf 'not ok %d - %s\n%s\n' $tests "$file" "$told"
  fi
done
echo "1..$tests"
[ $failed = 0 ]
