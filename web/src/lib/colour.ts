/* The ten shades of a brand's colour. Mantine takes shade 6 for buttons and links in light mode, 0 for tints, 3 and 4 for text in
 * dark mode; whatever colour a tenant picks, those must stay readable (WCAG AA, 4.5:1), so the lightness is ours and only hue
 * and strength are the tenant's. Works in OKLCH, where equal steps look equal. */

type Rgb = [number, number, number];

export function parseHex(hex: string): Rgb | undefined {
  const match = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(hex.trim());
  if (!match?.[1]) return undefined;
  const full = match[1].length === 3 ? [...match[1]].map((digit) => digit + digit).join('') : match[1];
  return [0, 2, 4].map((at) => parseInt(full.slice(at, at + 2), 16) / 255) as Rgb;
}

function toHex(rgb: Rgb): string {
  return (
    '#' +
    rgb
      .map((part) =>
        Math.round(Math.min(1, Math.max(0, part)) * 255)
          .toString(16)
          .padStart(2, '0'),
      )
      .join('')
  );
}

const linear = (part: number): number => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
const gamma = (part: number): number => (part <= 0.0031308 ? part * 12.92 : 1.055 * part ** (1 / 2.4) - 0.055);

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map(linear) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/* WCAG contrast ratio, 1 to 21. */
export function contrast(a: string, b: string): number {
  const one = parseHex(a);
  const two = parseHex(b);
  if (!one || !two) return 1;
  const [light, dark] = [luminance(one), luminance(two)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/* `share` of a over b. */
export function mix(a: string, b: string, share: number): string {
  const one = parseHex(a);
  const two = parseHex(b);
  if (!one || !two) return b;
  return toHex(one.map((part, index) => part * share + (two[index] ?? 0) * (1 - share)) as Rgb);
}

function toOklch(rgb: Rgb): { l: number; c: number; h: number } {
  const [r, g, b] = rgb.map(linear) as Rgb;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return { l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, c: Math.hypot(a, bb), h: Math.atan2(bb, a) };
}

function fromOklch(l: number, c: number, h: number): Rgb {
  const a = c * Math.cos(h);
  const b = c * Math.sin(h);
  const ll = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const mm = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const ss = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gamma(4.0767416621 * ll - 3.3077115913 * mm + 0.2309699292 * ss),
    gamma(-1.2684380046 * ll + 2.6097574011 * mm - 0.3413193965 * ss),
    gamma(-0.0041960863 * ll - 0.7034186147 * mm + 1.707614701 * ss),
  ];
}

/* The strongest colour of this hue and lightness that a screen can show, at most as strong as asked. */
function inGamut(l: number, c: number, h: number): Rgb {
  let [low, high] = [0, c];
  const fits = (chroma: number): boolean => fromOklch(l, chroma, h).every((part) => part >= -0.0005 && part <= 1.0005);
  if (fits(c)) return fromOklch(l, c, h);
  for (let step = 0; step < 16; step++) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return fromOklch(l, low, h);
}

export type Shades = [string, string, string, string, string, string, string, string, string, string];

const LIGHTNESS = [0.968, 0.935, 0.885, 0.82, 0.74, 0.64, 0.53, 0.47, 0.41, 0.35] as const;
const STRENGTH = [0.12, 0.25, 0.45, 0.65, 0.85, 1, 1, 0.95, 0.85, 0.75] as const;
const READABLE = 4.6; // a little over the 4.5 asked for: rounding, and the tint behind "light" buttons

export function shadesOf(hex: string, fallback = '#b3391f'): Shades {
  const rgb = parseHex(hex) ?? parseHex(fallback) ?? [0.7, 0.2, 0.1];
  const { c, h } = toOklch(rgb);
  const shades = LIGHTNESS.map((lightness, index) => toHex(inGamut(lightness, c * (STRENGTH[index] ?? 1), h))) as Shades;
  // Luminance depends on the hue: darken shade 6 (and what is below it) until it can be read on the lightest tint.
  let lightness: number = LIGHTNESS[6];
  while (contrast(shades[6], shades[0]) < READABLE && lightness > 0.2) {
    lightness -= 0.01;
    shades[6] = toHex(inGamut(lightness, c, h));
  }
  for (let index = 7; index < 10; index++) {
    shades[index] = toHex(inGamut(Math.min(LIGHTNESS[index] ?? 0.4, lightness - 0.05 * (index - 6)), c * (STRENGTH[index] ?? 1), h));
  }
  return shades;
}
