#!/bin/bash
# How long an event lasts in the night when clocks go forward: DURATION read by ical.js 2.2.1 and node-ical 0.26.1 (npm).
#
# RFC 5545 (3.3.6) has two kinds of duration: days and weeks are nominal (the same hour on another day), hours and minutes are exact. From the 28th of March
# 2026, 15:00 in Berlin, P1D is 23 hours and PT20H is 20. ical.js adds both to the clock on the wall: PT20H lasts 19 hours, and a night-long room ends an
# hour early. node-ical adds both to the time line: P1D lasts 24 hours and ends at 16:00, an hour after the room was to be free. Each is right where the
# other is wrong. DTEND is read alike by both: who writes calendars for portals writes DTEND, never DURATION.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund ical.js@2.2.1 node-ical@0.26.1 >/dev/null
cat >look.cjs <<'SCRIPT'
const ICAL = require('ical.js');
const nodeIcal = require('node-ical');
const zone = `BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE`;
const calendar = (end) => `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example//House//EN
${zone}
BEGIN:VEVENT
UID:night@house.example
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Berlin:20260328T150000
${end}
END:VEVENT
END:VCALENDAR
`.replaceAll('\n', '\r\n');
const hours = (start, end) => `${(end - start) / 3_600_000} h`;
for (const end of ['DURATION:P1D', 'DURATION:PT20H', 'DTEND;TZID=Europe/Berlin:20260329T150000']) {
  const root = new ICAL.Component(ICAL.parse(calendar(end)));
  ICAL.TimezoneService.register(new ICAL.Timezone(root.getFirstSubcomponent('vtimezone')));
  const one = new ICAL.Event(root.getFirstSubcomponent('vevent'));
  const other = Object.values(nodeIcal.sync.parseICS(calendar(end))).find((part) => part.type === 'VEVENT');
  console.log(`${end}: ical.js ${hours(one.startDate.toJSDate(), one.endDate.toJSDate())}, node-ical ${hours(other.start, other.end)}`);
}
SCRIPT
seen=$(TZ=UTC node look.cjs)
wanted='DURATION:P1D: ical.js 23 h, node-ical 24 h
DURATION:PT20H: ical.js 19 h, node-ical 20 h
DTEND;TZID=Europe/Berlin:20260329T150000: ical.js 23 h, node-ical 23 h'
echo "$seen"
[ "$seen" = "$wanted" ] || { echo 'This has changed; wanted:'; echo "$wanted"; exit 1; }
