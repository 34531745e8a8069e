/* What the daemon says about itself before anything else: GET /app/config, chosen by the Host header. */
import { isRecord } from '@/lib/keep';
import { isAwayStatus } from '@/lib/network';
import type { Fetch } from '@/lib/wire';
import { Away, refusalFrom } from './refusal';

export type Module = 'core' | 'payments' | 'dining' | 'stays' | 'pool' | 'experiences' | 'labor' | 'procurement' | 'bots';

export interface ThemeConfig {
  primary_color?: string;
  font_family?: string;
  preset?: string;
}

export interface AppConfig {
  name: string;
  schema: string;
  theme_config: ThemeConfig;
  modules: string[];
  anon_key: string;
  site_url: string | null;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function themeOf(value: unknown): ThemeConfig {
  if (!isRecord(value)) return {};
  const theme: ThemeConfig = {};
  for (const name of ['primary_color', 'font_family', 'preset'] as const) {
    const text = textOf(value[name]);
    if (text !== undefined) theme[name] = text;
  }
  return theme;
}

export function readConfig(value: unknown): AppConfig {
  if (!isRecord(value)) throw refusalFrom(500, null);
  const modules = value['modules'];
  return {
    name: textOf(value['name']) ?? 'maitred',
    schema: textOf(value['schema']) ?? '',
    theme_config: themeOf(value['theme_config']),
    modules: Array.isArray(modules) ? modules.filter((name): name is string => typeof name === 'string') : [],
    anon_key: textOf(value['anon_key']) ?? '',
    site_url: textOf(value['site_url']) ?? null,
  };
}

export async function fetchConfig(fetch: Fetch, origin: string): Promise<AppConfig> {
  let response: Response;
  try {
    response = await fetch(`${origin}/app/config`, { headers: { accept: 'application/json' } });
  } catch {
    throw new Away();
  }
  if (isAwayStatus(response.status)) throw new Away();
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw refusalFrom(response.status, body);
  return readConfig(body);
}

/* Where the links in QR codes lead: the address the tenant set, else the one this page came from. */
export function siteUrl(config: AppConfig, origin: string): string {
  return (config.site_url ?? origin).replace(/\/+$/, '');
}
