/* The language of the pages and the locale of numbers and times. Texts follow the languages we have, numbers follow the reader. */
import { createContext, useContext } from 'react';
import { en, type Texts } from './en';

export type { Texts };

export interface Say {
  t: Texts;
  locale: string;
  dir: 'ltr' | 'rtl';
}

/* To add a language: a file like en.ts and a row here. */
const CATALOGUES: Record<string, { texts: Texts; dir: 'ltr' | 'rtl' }> = {
  en: { texts: en, dir: 'ltr' },
};

export function sayFor(languages: readonly string[]): Say {
  const usable = languages.filter((language) => {
    try {
      return Intl.getCanonicalLocales(language).length > 0;
    } catch {
      return false;
    }
  });
  const language = usable.find((candidate) => (candidate.split('-')[0] ?? '') in CATALOGUES);
  const found = CATALOGUES[language?.split('-')[0] ?? 'en'] ?? { texts: en, dir: 'ltr' as const };
  // Numbers in the reader's own way even where the texts are not in their language yet.
  return { t: found.texts, dir: found.dir, locale: usable[0] ?? 'en' };
}

export const SayContext = createContext<Say>(sayFor(['en']));

export const useSay = (): Say => useContext(SayContext);
export const useTexts = (): Texts => useContext(SayContext).t;
