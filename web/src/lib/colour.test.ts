import { expect, test } from 'vitest';
import { contrast, mix, parseHex, shadesOf } from './colour';

const AA = 4.5;
const BRANDS = ['#b3391f', '#ffeb3b', '#00e5ff', '#ffffff', '#000000', '#7cb342', '#e91e63', '#1a237e', '#ff9800', '#808080', '#0f0', '#00ff00', '#ff00ff'];

test.each(BRANDS)('%s: what is written in it or on it can be read', (brand) => {
  const shades = shadesOf(brand);
  expect(contrast(shades[6], '#ffffff'), 'white on a button, a link on white').toBeGreaterThanOrEqual(AA);
  expect(contrast(shades[6], shades[0]), 'a light button').toBeGreaterThanOrEqual(AA);
  expect(contrast(shades[7], '#ffffff'), 'a button under the pointer').toBeGreaterThanOrEqual(AA);
  expect(contrast(shades[3], '#212327'), 'in the dark').toBeGreaterThanOrEqual(AA);
  expect(contrast(shades[4], '#212327'), 'in the dark').toBeGreaterThanOrEqual(AA);
});

test.each(BRANDS)('%s: a tint in the dark leaves white text readable', (brand) => {
  expect(contrast('#c9c9c9', mix(shadesOf(brand)[6], '#212327', 0.22))).toBeGreaterThanOrEqual(AA);
});

test('shades go from light to dark', () => {
  const shades = shadesOf('#1c6fc4');
  const againstBlack = shades.map((shade) => contrast(shade, '#000000'));
  expect(againstBlack).toEqual([...againstBlack].sort((a, b) => b - a));
});

test.each(['', 'red', '#12', 'url(x)', '#12345g'])('%j is no colour; the house colour stands in', (broken) => {
  expect(parseHex(broken)).toBeUndefined();
  expect(shadesOf(broken)).toEqual(shadesOf('#b3391f'));
});
