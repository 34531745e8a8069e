#!/bin/bash
# What does a stranger's body cost? For each content type, bodies of 1, 2, 4 and 8 MB of the smallest tokens, at doors that read them whole; the time of
# each, what the worker keeps afterwards, and a neighbour's read in the meantime. And wide embeds, twenty at once, beside a member of staff who reads.
# The limits by role are lifted here: what is measured is the reading, not the refusal of what is too long for a visitor.
source "$(dirname "$0")/lib.sh"
bench_daemon --workers=1 --visitor-body-max-bytes=16777216 --body-max-bytes=16777216
bench_tenant menu dining >/dev/null
anon=$(jq -r .anon_key "$BENCH_DATA/menu.json")
token=$(bench_login menu)
rss() { awk '/^VmRSS/ {printf "%d", $2 / 1024}' "/proc/$(bench_workers | head -1)/status"; }

python3 - "$BENCH_DATA" <<'PY'
import sys
folder = sys.argv[1]
mb = 1 << 20
def fill(size, head, piece, between, tail):
    out, n, length = [head], 0, len(head)
    while length < size:
        p = piece(n); out.append((between if n else "") + p); length += len(p) + len(between); n += 1
    return "".join(out) + tail
shapes = {
    "names": ("application/json", lambda s: fill(s, "{", lambda n: '"%x":1' % n, ",", "}")),
    "one name": ("application/json", lambda s: fill(s, "{", lambda n: '"a":1', ",", "}")),
    "numbers": ("application/json", lambda s: fill(s, "[", lambda n: "1", ",", "]")),
    "objects": ("application/json", lambda s: fill(s, "[", lambda n: "{}", ",", "]")),
    "rows": ("application/json", lambda s: fill(s, "[", lambda n: '{"name":"x"}', ",", "]")),
    "escapes": ("application/json", lambda s: '{"p_table":"' + "\\u0041" * (s // 6) + '"}'),
    "a text": ("application/json", lambda s: '{"p_table":"' + "x" * s + '"}'),
    "brackets": ("application/json", lambda s: "[" * s),
    "quoted cells": ("text/csv", lambda s: fill(s, "a,b\n", lambda n: '"","x"', "\n", "\n")),
    "one line": ("text/csv", lambda s: fill(s, "", lambda n: '""', ",", "\n")),
    "doubled quotes": ("text/csv", lambda s: 'a\n"' + '""' * (s // 2) + '"\n'),
    "fields": ("application/x-www-form-urlencoded", lambda s: fill(s, "", lambda n: "%x=" % n, "&", "")),
    "bytes": ("application/octet-stream", lambda s: "x" * s),
    "text": ("text/plain", lambda s: "x" * s),
    "parts": ("multipart/form-data; boundary=x", lambda s: fill(s, "", lambda n: "--x\r\n\r\n", "", "--x--")),
}
with open(folder + "/shapes", "w") as index:
    for name, (kind, make) in shapes.items():
        for size in (1, 2, 4, 8):
            open("%s/%s %d" % (folder, name, size), "w").write(make(size * mb))
        index.write("%s\t%s\n" % (name, kind))
PY

cpu() { awk '{print $1}' "/proc/$worker/schedstat"; } # nanoseconds of the worker's thread: what others do on the machine is not in it
post() { # NAME SIZE TYPE PATH: milliseconds of the worker's processor
  local before
  before=$(cpu)
  curl -s -o /dev/null --max-time 60 -X POST "http://127.0.0.1:$BENCH_PORT/rest/v1/$4" -H 'Host: menu.localhost' -H "apikey: $anon" \
    -H "content-type: $3" --data-binary "@$BENCH_DATA/$1 $2"
  awk -v a="$before" -v b="$(cpu)" 'BEGIN {printf "%.1f\n", (b - a) / 1e6}'
}
neighbour() { # milliseconds of the slowest of a neighbour's reads until the file is gone
  local worst=0 took
  while [ -e "$BENCH_DATA/under way" ]; do
    took=$(curl -s -o /dev/null -w '%{time_total}' "http://127.0.0.1:$BENCH_PORT/rest/v1/organizations?select=id" -H 'Host: menu.localhost' -H "authorization: Bearer $token")
    worst=$(awk -v a="$took" -v b="$worst" 'BEGIN {a *= 1000; printf "%.0f", (a > b ? a : b)}')
    sleep 0.01
  done
  echo "$worst" >"$BENCH_DATA/worst"
}
worker=$(bench_workers | head -1)
post names 1 application/json rpc/get_table >/dev/null # warm
curl -s -o /dev/null "http://127.0.0.1:$BENCH_PORT/rest/v1/organizations?select=id" -H 'Host: menu.localhost' -H "authorization: Bearer $token"
start=$(rss)
echo 'Anonymous `POST /rest/v1/rpc/get_table` (and `/rest/v1/menu_items` for rows and cells), one worker: milliseconds of its processor time, medians of three, with what a neighbour reads meanwhile; and the slowest of that neighbour'"'"'s reads by the clock.'
echo
echo '| body of | 1 MB | 2 MB | 4 MB | 8 MB | neighbour, slowest |'
echo '|---|---:|---:|---:|---:|---:|'
slowest_1=0 slowest_neighbour=0 steepest=0
while IFS=$'\t' read -r name kind; do
  path=rpc/get_table
  case $name in rows | *cells | 'one line' | doubled*) path=menu_items ;; esac
  row="| $name, \`${kind%%;*}\` |" before=
  touch "$BENCH_DATA/under way"
  neighbour &
  for size in 1 2 4 8; do
    ms=$(for _ in 1 2 3; do post "$name" "$size" "$kind" "$path"; done | sort -g | sed -n 2p)
    row="$row $ms |"
    [ "$size" != 1 ] || slowest_1=$(awk -v a="$ms" -v b="$slowest_1" 'BEGIN {print (a > b ? a : b)}')
    # what takes less than ten milliseconds is the transport and the neighbour
    [ -z "$before" ] || steepest=$(awk -v a="$ms" -v b="$before" -v s="$steepest" 'BEGIN {r = a < 10 ? 0 : a / (b < 5 ? 5 : b); printf "%.2f", (r > s ? r : s)}')
    before=$ms
  done
  rm "$BENCH_DATA/under way"
  wait %% 2>/dev/null || true
  worst=$(cat "$BENCH_DATA/worst")
  slowest_neighbour=$(awk -v a="$worst" -v b="$slowest_neighbour" 'BEGIN {print (a > b ? a : b)}')
  echo "$row $worst |"
done <"$BENCH_DATA/shapes"
sleep 1
end=$(rss)
echo
echo "Memory of the worker: $start MB before, $end MB afterwards."
echo

wide() { # LEVELS: three relations a level, as many as are allowed
  local text=id level
  for level in $(seq "$1"); do
    if [ $((level % 2)) = 1 ]; then text="id,a:menu_items($text),b:menu_items($text),c:menu_items($text)"; else text="id,a:menu_categories($text),b:menu_categories($text),c:menu_categories($text)"; fi
  done
  echo "$text"
}
"$PGBIN/psql" -qXAt -v ON_ERROR_STOP=1 -c "set search_path = tenant_menu, api, app, public" -c "insert into menu_items (organization_id, restaurant_id, category_id, name, price)
  select c.organization_id, c.restaurant_id, c.id, 'Dish ' || n, 500 from menu_categories c, generate_series(1, 60) n" >/dev/null
refused=$(curl -g -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$BENCH_PORT/rest/v1/menu_categories?select=$(wide 4)" -H 'Host: menu.localhost' -H "apikey: $anon")
heavy="http://127.0.0.1:$BENCH_PORT/rest/v1/menu_categories?select=$(wide 2)"
for _ in $(seq 20); do (for _ in 1 2 3 4 5 6; do curl -g -s -o /dev/null "$heavy&limit=1000&offset=$((RANDOM % 3))" -H 'Host: menu.localhost' -H "apikey: $anon"; done) & done
sleep 0.5
staff=0
for _ in $(seq 20); do
  took=$(curl -s -o /dev/null -w '%{time_total}' "http://127.0.0.1:$BENCH_PORT/rest/v1/organizations?select=id" -H 'Host: menu.localhost' -H "authorization: Bearer $token")
  staff=$(awk -v a="$took" -v b="$staff" 'BEGIN {a *= 1000; printf "%.0f", (a > b ? a : b)}')
done
busy=$(jobs -rp | grep -vc "^$BENCH_PID\$" || true)
for job in $(jobs -rp); do [ "$job" = "$BENCH_PID" ] || wait "$job" || true; done
echo "Embeds three wide and four deep (120): $refused. Twenty strangers who ask for the widest that is allowed (three wide, two deep, 60 dishes a category; $busy still at it): the slowest of an owner's twenty reads took $staff ms."
bench_bars_head
bench_bar 'a body of 1 MB of the smallest tokens, processor time, slowest' "$slowest_1" most 1000 ' ms'
bench_bar 'a body twice as long: so many times the processor time (twice, and the neighbour)' "$steepest" most 2.5
bench_bar "a neighbour's read meanwhile, slowest" "$slowest_neighbour" most 100 ' ms'
bench_bar 'memory that does not come back' "$((end - start))" most 50 ' MB'
bench_bar "an owner's read beside twenty heavy strangers, slowest" "$staff" most 500 ' ms'
