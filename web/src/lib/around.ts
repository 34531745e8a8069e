/* The page around the widget's frame (embed/embed.ts): how it wants the widget to look, and what it is told. Messages cross by checked origins both ways. */
import { isRecord } from './keep';

export interface Look {
  theme: 'light' | 'dark' | null;
  colour: string | null;
}

export const lookOf = (value: { theme?: unknown; colour?: unknown }): Look => ({
  theme: value.theme === 'light' || value.theme === 'dark' ? value.theme : null,
  colour: typeof value.colour === 'string' && /^#[0-9a-f]{6}$/i.test(value.colour) ? value.colour : null,
});

/* The origin that embed.js has named, if it is one. */
export function pageOrigin(search: string): string | null {
  try {
    const url = new URL(new URLSearchParams(search).get('page') ?? '');
    return ['https:', 'http:'].includes(url.protocol) ? url.origin : null;
  } catch {
    return null;
  }
}

export type Word =
  | { maitred: 'height'; height: number }
  | { maitred: 'title'; title: string }
  | { maitred: 'ready' }
  | { maitred: 'step'; step: string }
  | { maitred: 'booked'; reference: string; value: number; currency: string }
  | { maitred: 'problem' };

/* Says something to the page around, and to no other: where another page has framed this one, the browser delivers nothing. */
export function tellPage(word: Word, search: string = window.location.search): void {
  const origin = pageOrigin(search);
  if (origin !== null && window.parent !== window) window.parent.postMessage(word, origin);
}

/* What the page around may say: how it looks. From it alone. */
export function hearPage(onLook: (look: Look) => void, search: string = window.location.search): () => void {
  const origin = pageOrigin(search);
  const hear = ({ source, origin: from, data }: MessageEvent<unknown>): void => {
    if (source !== window.parent || from !== origin || !isRecord(data) || data['maitred'] !== 'look') return;
    onLook(lookOf(data));
  };
  window.addEventListener('message', hear);
  return () => window.removeEventListener('message', hear);
}
