#!/bin/bash
# What a guest's first page loads before the first touch: scripts and styles named in its HTML, as they are sent (web/dist, brotli), at most 110,000
# bytes in every language. Prints TAP: a page a test. The staff's pages and the index of addresses that are no page are not counted.
set -uo pipefail
cd "$(dirname "$0")/../../web/dist" 2>/dev/null || { echo '1..0 # SKIP the pages are not built'; exit 0; }
most=110000
tests=0 failed=0
for page in *.*.html; do
  case $page in staff.* | index.*) continue ;; esac
  tests=$((tests + 1))
  bytes=0
  while read -r file; do
    [ -f "$file.br" ] && file=$file.br
    bytes=$((bytes + $(stat -c %s "$file")))
  done < <(grep -oE '(src|href)="/assets/[^"]+\.(js|css)"' "$page" | sed -E 's/^[^"]*"\///; s/"$//' | sort -u)
  if [ $bytes -gt 0 ] && [ $bytes -le $most ]; then
    echo "ok $tests - $page: $bytes bytes"
  else
    failed=$((failed + 1))
    echo "not ok $tests - $page: $bytes bytes of $most"
  fi
done
echo "1..$tests"
[ $failed = 0 ]
