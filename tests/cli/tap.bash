# shellcheck disable=SC2034
# Sourced by the tests beside it: TAP, a data directory of their own, and the program under test.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit
ROOT=$PWD
M=${MAITRED_BIN:-$ROOT/build/maitred}
TESTS=0 FAILED=0 CODE=0
WORK=$(mktemp -d)
chmod 755 "$WORK"
export MAITRED_DATA_DIR=$WORK/data MAITRED_CONFIG=/dev/null MAITRED_LOG_LEVEL=error
unset DATABASE_URL MAITRED_DATABASE_URL

answer() {       # the same, with standard output alone
  OUT=$("$@" 2>"$WORK/errors" </dev/null)
  CODE=$?
}
is() {           # have want what
  TESTS=$((TESTS + 1))
  if [ "$1" = "$2" ]; then
    echo "ok $TESTS - $3"
  else
    FAILED=$((FAILED + 1))
    printf 'not ok %d - %s\n' "$TESTS" "$3"
    printf '# have: %s\n# want: %s\n' "${1//$'\n'/ | }" "${2//$'\n'/ | }"
  fi
}
like() {         # text pattern what
  local found=no
  grep -qE -- "$2" <<<"$1" && found=yes
  is "$found" yes "$3"
  [ $found = yes ] || printf '# text: %s\n' "${1//$'\n'/ | }"
}
run() {          # command: its output in OUT (errors last), its exit code in CODE
  OUT=$("$@" 2>"$WORK/errors" </dev/null)
  CODE=$?
  if [ -s "$WORK/errors" ]; then OUT+=${OUT:+$'\n'}$(cat "$WORK/errors"); fi
}
sql() { "$M" psql "$1" -c "$2" -- -qXAt 2>&1; }
owner() { psql -qXAt -v ON_ERROR_STOP=1 -h "$MAITRED_DATA_DIR/socket" -U maitred -d maitred -c "$1" 2>&1; }
until_true() {   # command …: at most half a minute
  for _ in $(seq 300); do "$@" >/dev/null 2>&1 && return 0; sleep 0.1; done
  return 1
}
postmaster() { head -1 "$MAITRED_DATA_DIR/postgres/postmaster.pid" 2>/dev/null; }
port_of() { echo $((20000 + RANDOM % 20000)); }
finish() {
  local pid
  for pid in $(jobs -p); do kill -TERM "$pid" 2>/dev/null; done
  wait 2>/dev/null
  pid=$(postmaster) && [ -n "$pid" ] && kill -INT "$pid" 2>/dev/null && until_true test ! -e "$MAITRED_DATA_DIR/postgres/postmaster.pid"
  rm -rf "$WORK"
}
trap finish EXIT
done_testing() { echo "1..$TESTS"; [ $FAILED = 0 ]; }
