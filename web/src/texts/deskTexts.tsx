/* The words of desk, gate and finance, in a loader of their own: the guests' pages carry not even their names (texts/load.ts is in what they load first). */
import type { ReactNode } from 'react';
import type { DeskTexts } from '.';
import { asLanguage, type Language } from './languages';
import { MoreTexts } from './MoreTexts';

type Loader = () => Promise<{ default: unknown }>;

const FILES: Record<Language, Loader> = {
  en: () => import('./en/desk.json?messages'),
  de: () => import('./de/desk.json?messages'),
  es: () => import('./es/desk.json?messages'),
  ru: () => import('./ru/desk.json?messages'),
  ar: () => import('./ar/desk.json?messages'),
};

export const loadDeskTexts = async (language: Language): Promise<DeskTexts> => (await FILES[language]()).default as DeskTexts;

/* A page or a part of one with these words around it, both fetched side by side. The page's language is the one it was started in (main.tsx). */
export async function withDeskTexts<P extends object>(load: () => Promise<(props: P) => ReactNode>): Promise<{ default: (props: P) => ReactNode }> {
  const [Page, texts] = await Promise.all([load(), loadDeskTexts(asLanguage(document.documentElement.lang) ?? 'en')]);
  return {
    default: function Speaking(props: P) {
      return (
        <MoreTexts texts={texts}>
          <Page {...props} />
        </MoreTexts>
      );
    },
  };
}
