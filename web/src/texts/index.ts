/* The language of the pages and the locale of numbers and times. Texts follow the languages we have, numbers follow the reader. */
import { createContext, useContext } from 'react';
import { en, type GuestTexts } from './en';
import type { SeatedTexts } from './en.seated';
import type { StaffTexts } from './en.staff';

/* The parts of the seated and of the staff are there on their pages only: <MoreTexts>. */
export type Texts = GuestTexts & SeatedTexts & StaffTexts;

export interface Say {
  t: Texts;
  /* What the page's words are in. */
  language: string;
  /* What numbers, money and times are written in. */
  locale: string;
  dir: 'ltr' | 'rtl';
}

/* To add a language: a file like en.ts and a row here. */
const CATALOGUES: Record<string, { texts: GuestTexts; dir: 'ltr' | 'rtl' }> = {
  en: { texts: en, dir: 'ltr' },
};

/* Numbers in the reader's own way even where the texts are not in their language yet, unless that would mix two scripts: Arabic digits
 * and words beside English text are read by nobody. */
function numbersOf(locale: string, language: string): string {
  if (locale.split('-')[0] === language) return locale;
  const { script } = new Intl.Locale(locale).maximize();
  return script === 'Latn' || script === undefined ? locale : language;
}

export function sayFor(languages: readonly string[]): Say {
  const usable = languages.filter((language) => {
    try {
      return Intl.getCanonicalLocales(language).length > 0;
    } catch {
      return false;
    }
  });
  const language = usable.find((candidate) => (candidate.split('-')[0] ?? '') in CATALOGUES);
  const code = language?.split('-')[0] ?? 'en';
  const found = CATALOGUES[code] ?? { texts: en, dir: 'ltr' as const };
  return { t: found.texts as Texts, dir: found.dir, language: code in CATALOGUES ? code : 'en', locale: numbersOf(usable[0] ?? 'en', code) };
}

export const SayContext = createContext<Say>(sayFor(['en']));

export const useSay = (): Say => useContext(SayContext);
export const useTexts = (): Texts => useContext(SayContext).t;
