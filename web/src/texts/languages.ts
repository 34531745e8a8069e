/* The languages the pages speak, and which of them a reader gets: the one they chose, else the first that their device asks for. The daemon
 * decides the same way (src/serve/language.c) and says so in <html lang>; this is for pages that no daemon has written.
 * To add one: a row here and in src/serve/language.c, and a folder of catalogues (de/ is an example). */
export const LANGUAGES = {
  en: { name: 'English', dir: 'ltr' },
  de: { name: 'Deutsch', dir: 'ltr' },
  es: { name: 'Español', dir: 'ltr' },
  ru: { name: 'Русский', dir: 'ltr' },
  ar: { name: 'العربية', dir: 'rtl' },
} as const;

export type Language = keyof typeof LANGUAGES;

const baseOf = (tag: string): string => (tag.split('-')[0] ?? '').toLowerCase();
export const asLanguage = (tag: string): Language | undefined => (Object.hasOwn(LANGUAGES, baseOf(tag)) ? (baseOf(tag) as Language) : undefined);

const COOKIE = 'language';
const YEAR_S = 31_536_000;

export function chosenLanguage(cookies: string): Language | undefined {
  return asLanguage(new RegExp(`(?:^|;\\s*)${COOKIE}=([a-z]{2})(?:;|$)`).exec(cookies)?.[1] ?? '');
}

/* Kept where the daemon sees it, too: it writes the page's first sight. */
export function chooseLanguage(language: Language): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is not in every browser that guests have
  document.cookie = `${COOKIE}=${language}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax`;
}

export function languageFor(cookies: string, wanted: readonly string[]): Language {
  return chosenLanguage(cookies) ?? wanted.map(asLanguage).find((language) => language !== undefined) ?? 'en';
}

/* How numbers, money, days and times are written: they stand inside of sentences, so the language's way, as in the reader's country where it is
 * theirs. The digits are the ones on the tables and on the phones' keys. */
export function localeFor(language: Language, wanted: readonly string[]): string {
  const own = wanted.find((tag) => {
    try {
      return asLanguage(tag) === language && Intl.getCanonicalLocales(tag).length > 0;
    } catch {
      return false;
    }
  });
  // English of nobody's country writes 24 hours and the day before the month.
  const locale = own ?? (language === 'en' ? 'en-GB' : language);
  return language === 'ar' ? new Intl.Locale(locale, { numberingSystem: 'latn' }).toString() : locale;
}
