#!/bin/bash
# A function of the database has at most 100 lines: what is longer is several things, and its own comments say which.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
long() {         # files …: "<lines> <file> <function>" of each that is longer
  awk -v most=100 '
    FNR == 1 { inside = 0 }
    /^create (or replace )?(function|procedure) / {
      name = $0; sub(/^create (or replace )?(function|procedure) /, "", name); sub(/\(.*/, "", name)
      first = FNR; inside = 1; body = 0
    }
    inside && /\$\$/ {
      marks = gsub(/\$\$/, "$$")
      if (!body && marks == 1) body = 1
      else { if (FNR - first + 1 > most) print FNR - first + 1, FILENAME, name; inside = 0 }
    }' "$@"
}
echo 1..2
example=$(mktemp)
{ echo 'create function app.short() returns int'; echo 'as $$ select 1 $$;'
  echo 'create or replace function app.long(p int) returns int'; echo 'as $$'; for _ in $(seq 98); do echo '  select 1;'; done; echo '$$;'; } >"$example"
[ "$(long "$example")" = "101 $example app.long" ] && echo 'ok 1 - a function of 101 lines is found, and no other' || { echo 'not ok 1 - a function of 101 lines is found'; long "$example" | sed 's/^/# /'; }
rm "$example"
found=$(find db/app db/api -name '*.sql' -print0 | sort -z | xargs -0 bash -c "$(declare -f long)"'; long "$@"' long)
if [ -z "$found" ]; then
  echo 'ok 2 - no function of the database has more than 100 lines'
else
  echo 'not ok 2 - no function of the database has more than 100 lines'
  sed 's/^/# /' <<<"$found"
  exit 1
fi
