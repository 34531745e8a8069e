#!/bin/bash
# What docs/spec-map says is there: every file, test and function that it names exists. What they do is the tests' to show.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
tests=0 failed=0
say() { # found? what
  tests=$((tests + 1))
  if [ "$1" = yes ]; then echo "ok $tests - $2"; else failed=$((failed + 1)); echo "not ok $tests - $2"; fi
}
for page in docs/spec-map.md docs/spec-map/*.md; do
  missing=
  # files: from the root or from one of the folders that a page speaks of
  for file in $(grep -oE '[A-Za-z0-9_./*-]+_test\.(sql|sh|c)|[A-Za-z0-9_./-]+\.(sql|test\.tsx?|tsx?|c|sh)\b' "$page" | sort -u); do
    case $file in *'*'*|./*|.*) continue ;; esac
    found=no
    for below in '' db/ db/tests/ tests/ web/src/ client/src/ src/; do
      for name in "$file" "${file#web/}"; do [ -e "$below$name" ] && found=yes && break 2; done
    done
    [ $found = no ] && find db src tests web/src -path '*node_modules*' -prune -o -path "*/${file##*../}" -print 2>/dev/null | grep -q . && found=yes
    [ $found = no ] && missing+=" $file"
  done
  say "$([ -z "$missing" ] && echo yes)" "$page: its files are there${missing:+; missing:$missing}"
  missing=
  for function in $(grep -oE '`(app|auth|api)\.[a-z_0-9]+[^`]?' "$page" | tr -d '`' | grep -v '\.md' | sed 's/[^a-z_0-9.]$//' | sort -u); do
    case $function in *_|*.md) continue ;; esac
    grep -rqE "(function|procedure) $(sed 's/\./\\./' <<<"$function")\(" db/app db/api || missing+=" $function"
  done
  say "$([ -z "$missing" ] && echo yes)" "$page: its functions are there${missing:+; missing:$missing}"
done
echo "1..$tests"
[ $failed = 0 ]
