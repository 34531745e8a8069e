#!/bin/bash
# Opening hours of a bar in OpenStreetMap's notation, read by opening_hours 3.15.0 (npm): `Mo-Su 18:00-02:00; PH off`.
#
# The 25th and 26th of December are public holidays in Germany, and the bar is closed on them. The reader ends the evening of the 24th at midnight, for
# from then on it is the holiday, and opens the bar on the 27th from 00:00 to 02:00: the end of a night that never began, since its evening is the 26th's.
# A later rule replaces the hours of its calendar day, the spill of the evening before it included, and takes away no spill into the day after it. Both are
# wrong for a kitchen or a bar, whose night belongs to the day on which it began; the reader says so in words only (getWarnings). Who reads such hours
# works by business day: take the rule of the day, then let its last range run over midnight.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund opening_hours@3.15.0 >/dev/null
cat >look.cjs <<'SCRIPT'
const OpeningHours = require('opening_hours');
const berlin = { lat: 52.5, lon: 13.4, address: { country_code: 'de', state: 'Berlin' } };
const time = (date) => date.toLocaleString('sv', { timeZone: 'Europe/Berlin' }).slice(5, 16);
const look = (hours, from, to) => {
  const open = new OpeningHours(hours, berlin).getOpenIntervals(new Date(from), new Date(to));
  console.log(`${hours}:`, open.map(([start, end]) => `${time(start)} to ${time(end)}`).join(', '));
};
look('Mo-Su 18:00-02:00; PH off', '2026-12-24T12:00', '2026-12-28T12:00');
look('Mo-Su 18:00-02:00; Nov 10 off', '2026-11-09T12:00', '2026-11-12T12:00');
SCRIPT
seen=$(TZ=Europe/Berlin node look.cjs)
wanted='Mo-Su 18:00-02:00; PH off: 12-24 18:00 to 12-25 00:00, 12-27 00:00 to 12-27 02:00, 12-27 18:00 to 12-28 02:00
Mo-Su 18:00-02:00; Nov 10 off: 11-09 18:00 to 11-10 00:00, 11-11 00:00 to 11-11 02:00, 11-11 18:00 to 11-12 02:00'
echo "$seen"
[ "$seen" = "$wanted" ] || { echo 'This has changed; wanted:'; echo "$wanted"; exit 1; }
