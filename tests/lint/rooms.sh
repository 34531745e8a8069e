#!/bin/bash
# The folders of src/ are rooms in an order (meson.build, ground to top): a file includes nothing from a higher room, partners
# include nothing from each other, CONTRIBUTING names every room, and every header compiles alone, so that it can be read
# alone. Prints TAP.
set -euo pipefail
cd "$(dirname "$0")/../.."
listed() { sed -n "s/^$1 = \[\(.*\)\]/\1/p" meson.build | tr -d "',"; }
read -ra partners <<<"$(listed partners)"
read -ra rooms <<<"$(listed ground) $(listed dialects) ${partners[*]} $(listed top)"
[ ${#rooms[@]} -gt 3 ] || { echo "not ok 1 - meson.build names the rooms"; exit 1; }
tests=0 failed=0
report() {       # right? what
  tests=$((tests + 1))
  if [ "$1" = 0 ]; then echo "ok $tests - $2"; else failed=$((failed + 1)); echo "not ok $tests - $2"; fi
}

for ((i = 0; i < ${#rooms[@]}; i++)); do
  room=${rooms[i]}
  higher=$(IFS='|'; echo "${rooms[*]:i+1}")
  wrong=0
  if [ -n "$higher" ] && grep -nE "#include \"($higher)/" src/"$room"/*.[ch] 2>/dev/null |
    grep -v '^src/config/settings.h:.*/settings_rows.h"'; then wrong=1; fi
  report $wrong "$room includes nothing from a higher room"
done
for room in "${partners[@]}"; do
  others=$(printf "%s\n" "${partners[@]}" | grep -vx "$room" | paste -sd"|")
  wrong=0
  if [ -n "$others" ] && grep -nE "#include \"($others)/" src/"$room"/*.[ch]; then wrong=1; fi
  report $wrong "$room includes nothing from another partner"
done
for room in "${rooms[@]}"; do
  wrong=0
  grep -q "\`src/$room\`" CONTRIBUTING.md || wrong=1
  report $wrong "CONTRIBUTING.md says what src/$room is for"
done
for folder in src/*/; do
  room=$(basename "$folder")
  case " ${rooms[*]} " in *" $room "*) ;; *) report 1 "src/$room stands in the list of rooms" ;; esac
done

# The rows of settings are the one thing that a low room reads of all others: data, put together in one place.
wrong=0
if grep -n '#include' src/*/settings_rows.h; then wrong=1; fi
report $wrong "settings_rows.h holds rows and nothing else"
wrong=0
for rows in src/*/settings_rows.h; do
  room=$(basename "$(dirname "$rows")")
  grep -q "#include \"$room/settings_rows.h\"" src/config/settings.h && grep -q "${room^^}_SETTINGS(X)" src/config/settings.h || wrong=1
done
report $wrong "config/settings.h puts together the rows of every room"

wrong=0
if grep -n "#include <curl/" src/*/*.[ch] | grep -v "^src/net/"; then wrong=1; fi
report $wrong "only net goes out: nobody else includes libcurl"

# shellcheck disable=SC2207
flags=(-std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Wshadow -Wconversion -Wno-missing-field-initializers -Werror -Isrc
  $(pkg-config --cflags libuv libmicrohttpd libpq jansson libsodium liboath pangocairo))
for header in src/*/*.h; do
  wrong=0
  printf '#include "%s"\n' "${header#src/}" | ${CC:-cc} "${flags[@]}" -fsyntax-only -x c - || wrong=1
  report $wrong "${header#src/} compiles alone"
done
echo "1..$tests"
[ $failed = 0 ]
