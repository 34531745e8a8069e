/* A tenant's theme_config as a Mantine theme. */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple, type MantineThemeOverride } from '@mantine/core';
import type { ThemeConfig } from '@/data/config';
import { mix, shadesOf } from './colour';

/* Set in page.css: the device's own until ours are there (lib/dress.ts). */
const TEXT_FONT = 'var(--font-text)';
const HEADING_FONT = 'var(--font-heading)';

/* What `preset` may say: how round and how airy. */
const PRESETS: Record<string, { radius: 'xs' | 'sm' | 'md' | 'lg' | 'xl' }> = {
  classic: { radius: 'sm' },
  modern: { radius: 'md' },
  playful: { radius: 'lg' },
  sharp: { radius: 'xs' },
};

/* A tenant's family is not loaded from anywhere: it is used where the device has it. */
function fontStack(family: string | undefined, otherwise: string): string {
  if (family === undefined || !/^[\p{L}\p{N} ,'"-]{1,100}$/u.test(family)) return otherwise;
  return `${family}, ${otherwise}`;
}

const SHEET_TITLE = { fontFamily: 'var(--mantine-font-family-headings)', fontSize: '1.25rem', fontWeight: 700, overflowWrap: 'anywhere' } as const;

const tuple = (hex: string): MantineColorsTuple => shadesOf(hex);

export function themeFrom(config: ThemeConfig): MantineThemeOverride {
  const font = fontStack(config.font_family, TEXT_FONT);
  return createTheme({
    primaryColor: 'brand',
    primaryShade: 6,
    colors: {
      brand: tuple(config.primary_color ?? '#b3391f'),
      // The colours that mean something, made readable by the same rule.
      green: tuple('#2b8a3e'),
      red: tuple('#c92a2a'),
      orange: tuple('#d9480f'),
      yellow: tuple('#e8a200'),
      blue: tuple('#1c6fc4'),
      violet: tuple('#6741d9'),
      teal: tuple('#0b7285'),
    },
    fontFamily: font,
    headings: { fontFamily: fontStack(config.font_family, HEADING_FONT), fontWeight: '700' },
    defaultRadius: PRESETS[config.preset ?? '']?.radius ?? 'md',
    cursorType: 'pointer',
    focusRing: 'auto',
    respectReducedMotion: true,
    components: {
      // Their header is a title bar, not the page's banner.
      Modal: { defaultProps: { attributes: { header: { role: 'presentation' } } }, styles: { title: SHEET_TITLE } },
      Drawer: { defaultProps: { attributes: { header: { role: 'presentation' } } }, styles: { title: SHEET_TITLE } },
      Badge: { defaultProps: { tt: 'none' } },
      // A thumb needs 44 px.
      Button: { defaultProps: { size: 'md' } },
      ActionIcon: { defaultProps: { size: 44, variant: 'subtle' } },
      TextInput: { defaultProps: { size: 'md' } },
      PasswordInput: { defaultProps: { size: 'md' } },
      Textarea: { defaultProps: { size: 'md' } },
      NumberInput: { defaultProps: { size: 'md' } },
    },
  });
}

const TONES = ['brand', 'red', 'orange', 'green', 'violet', 'blue', 'yellow'] as const;

const PAPER = { light: '#ffffff', dark: '#212327' } as const;

/* Our own variables beside Mantine's: paper and page, and for each colour that means something a line to draw with and a tint
 * to lie behind text, in both schemes. Mantine's greys for dimmed text and placeholders stay under 4.5:1, so they are set too. */
export const cssVariables: CSSVariablesResolver = (theme) => {
  const tones = (scheme: 'light' | 'dark'): Record<string, string> =>
    Object.fromEntries(
      TONES.flatMap((tone) => {
        const shade = (index: number): string => theme.colors[tone]?.[index] ?? '#000000';
        return scheme === 'light'
          ? [
              [`--line-${tone}`, shade(6)],
              [`--tint-${tone}`, shade(0)],
            ]
          : [
              [`--line-${tone}`, shade(4)],
              [`--tint-${tone}`, mix(shade(6), PAPER.dark, 0.22)],
              // Mantine's own is nearly the paper: a button that nobody takes for one
              [`--mantine-color-${tone}-light`, mix(shade(6), PAPER.dark, 0.42)],
              [`--mantine-color-${tone}-light-hover`, mix(shade(6), PAPER.dark, 0.54)],
              [`--mantine-color-${tone}-light-color`, shade(1)],
            ];
      }),
    );
  return {
    variables: {},
    light: {
      ...tones('light'),
      '--tint-gray': '#ececec',
      '--edge': '#868e96',
      '--mantine-color-dimmed': '#5c636a',
      '--mantine-color-placeholder': '#6a7178',
      '--mantine-color-error': 'var(--mantine-color-red-6)',
      '--mantine-color-gray-light-color': '#495057',
      '--mantine-color-gray-outline': '#495057',
      '--hero': theme.colors['brand']?.[7] ?? '#7a2615',
      '--hero-text': '#ffffff',
      '--hero-line': 'rgb(255 255 255 / 26%)',
      '--pattern-line': mix(theme.colors['brand']?.[5] ?? '#b3391f', theme.colors['brand']?.[0] ?? '#ffffff', 0.55),
      '--page-background': '#f6f5f3',
      '--card-background': PAPER.light,
    },
    dark: {
      ...tones('dark'),
      '--tint-gray': '#35383d',
      '--edge': '#6b7178',
      '--mantine-color-dimmed': '#a9afb5',
      '--mantine-color-placeholder': '#9aa0a6',
      '--mantine-color-error': 'var(--mantine-color-red-4)',
      '--mantine-color-gray-light-color': '#d0d4d8',
      '--mantine-color-gray-outline': '#c1c6ca',
      '--hero': mix(theme.colors['brand']?.[8] ?? '#5a1a0d', PAPER.dark, 0.6),
      '--hero-text': '#ffffff',
      '--hero-line': 'rgb(255 255 255 / 16%)',
      '--pattern-line': mix(theme.colors['brand']?.[4] ?? '#b3391f', PAPER.dark, 0.4),
      '--mantine-color-body': '#17181a',
      '--page-background': '#17181a',
      '--card-background': PAPER.dark,
    },
  };
};
