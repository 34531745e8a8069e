#!/bin/bash
# A ticket shown on a phone in dark colours, read by jsQR 1.4.0 (npm), with qrcode 1.5.4 and pngjs 7.0.0.
#
# jsQR tries a picture as it is and with its colours turned round, unless told otherwise (inversionAttempts, "attemptBoth" by default). What one call is told
# becomes the default of every later call: the options given are written into the object that holds the defaults. A gate that asks once with "dontInvert",
# to be quick with a printed ticket, no longer reads light codes on dark ground anywhere on the page, in calls without options too, until somebody names the
# option again. Of the four documented values "onlyInvert" is never served: it raises a TypeError. Who uses it names inversionAttempts in each call.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund jsqr@1.4.0 qrcode@1.5.4 pngjs@7.0.0 >/dev/null
cat >look.cjs <<'SCRIPT'
const jsqr = require('jsqr');
const { PNG } = require('pngjs');
const qrcode = require('qrcode');
const picture = async (dark, light) => {
  const png = PNG.sync.read(await qrcode.toBuffer('https://house.example/t/123456', { color: { dark, light }, scale: 4 }));
  return [new Uint8ClampedArray(png.data), png.width, png.height];
};
const read = (...given) => (jsqr(...given) ? 'read' : 'not read');
(async () => {
  const night = await picture('#e0e0e0ff', '#1a1b1eff');
  const paper = await picture('#000000ff', '#ffffffff');
  console.log('light on dark, no options:', read(...night));
  console.log('paper, dontInvert:', read(...paper, { inversionAttempts: 'dontInvert' }));
  console.log('light on dark, no options:', read(...night));
  console.log('light on dark, attemptBoth:', read(...night, { inversionAttempts: 'attemptBoth' }));
  console.log('light on dark, no options:', read(...night));
  try {
    console.log('light on dark, onlyInvert:', read(...night, { inversionAttempts: 'onlyInvert' }));
  } catch (error) {
    console.log('light on dark, onlyInvert:', error.constructor.name);
  }
})();
SCRIPT
seen=$(node look.cjs)
wanted='light on dark, no options: read
paper, dontInvert: read
light on dark, no options: not read
light on dark, attemptBoth: read
light on dark, no options: read
light on dark, onlyInvert: TypeError'
echo "$seen"
[ "$seen" = "$wanted" ] || { echo 'This has changed; wanted:'; echo "$wanted"; exit 1; }
