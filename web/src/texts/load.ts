/* Where the texts of each part of the pages come from; a language that lacks a part speaks English there. Loaded once. */
import { LANGUAGES, type Language, localeFor } from './languages';
import type { BookedTexts, BookTexts, GuestTexts, HeldTexts, HouseTexts, MyTexts, Say, SeatedTexts, StaffTexts, Texts, WaiverTexts, WidgetTexts } from '.';

interface Parts {
  /* What every page says, and what is read before somebody sits down. */
  guest: GuestTexts;
  /* The front page of a house that offers more than tables. */
  house: HouseTexts;
  /* Choosing a part. */
  book: BookTexts;
  /* What a part costs, why it is gone; the basket, the confirmation. */
  held: HeldTexts;
  /* Order and bill. */
  seated: SeatedTexts;
  /* The two ways to what a guest has booked. */
  my: MyTexts;
  /* A guest's bookings, and who comes along. */
  booked: BookedTexts;
  /* What is signed. */
  waiver: WaiverTexts;
  /* What only the staff read. */
  staff: StaffTexts;
  /* The widget in somebody else's page. */
  widget: WidgetTexts;
}
export type Part = keyof Parts;

type Loader = () => Promise<{ default: unknown }>;

const FILES: Record<Language, Record<Part, Loader>> = {
  en: {
    guest: () => import('./en/guest.json?messages'),
    house: () => import('./en/house.json?messages'),
    book: () => import('./en/book.json?messages'),
    held: () => import('./en/held.json?messages'),
    seated: () => import('./en/seated.json?messages'),
    my: () => import('./en/my.json?messages'),
    booked: () => import('./en/booked.json?messages'),
    waiver: () => import('./en/waiver.json?messages'),
    staff: () => import('./en/staff.json?messages'),
    widget: () => import('./en/widget.json?messages'),
  },
  de: {
    guest: () => import('./de/guest.json?messages'),
    house: () => import('./de/house.json?messages'),
    book: () => import('./de/book.json?messages'),
    held: () => import('./de/held.json?messages'),
    seated: () => import('./de/seated.json?messages'),
    my: () => import('./de/my.json?messages'),
    booked: () => import('./de/booked.json?messages'),
    waiver: () => import('./de/waiver.json?messages'),
    staff: () => import('./de/staff.json?messages'),
    widget: () => import('./de/widget.json?messages'),
  },
  es: {
    guest: () => import('./es/guest.json?messages'),
    house: () => import('./es/house.json?messages'),
    book: () => import('./es/book.json?messages'),
    held: () => import('./es/held.json?messages'),
    seated: () => import('./es/seated.json?messages'),
    my: () => import('./es/my.json?messages'),
    booked: () => import('./es/booked.json?messages'),
    waiver: () => import('./es/waiver.json?messages'),
    staff: () => import('./es/staff.json?messages'),
    widget: () => import('./es/widget.json?messages'),
  },
  ru: {
    guest: () => import('./ru/guest.json?messages'),
    house: () => import('./ru/house.json?messages'),
    book: () => import('./ru/book.json?messages'),
    held: () => import('./ru/held.json?messages'),
    seated: () => import('./ru/seated.json?messages'),
    my: () => import('./ru/my.json?messages'),
    booked: () => import('./ru/booked.json?messages'),
    waiver: () => import('./ru/waiver.json?messages'),
    staff: () => import('./ru/staff.json?messages'),
    widget: () => import('./ru/widget.json?messages'),
  },
  ar: {
    guest: () => import('./ar/guest.json?messages'),
    house: () => import('./ar/house.json?messages'),
    book: () => import('./ar/book.json?messages'),
    held: () => import('./ar/held.json?messages'),
    seated: () => import('./ar/seated.json?messages'),
    my: () => import('./ar/my.json?messages'),
    booked: () => import('./ar/booked.json?messages'),
    waiver: () => import('./ar/waiver.json?messages'),
    staff: () => import('./ar/staff.json?messages'),
    widget: () => import('./ar/widget.json?messages'),
  },
};

const loaded = new Map<string, Promise<unknown>>();
let current: Language = 'en';

/* The texts of a part in the language that the page speaks (loadSay). */
export function loadTexts<P extends Part>(part: P, language: Language = current): Promise<Parts[P]> {
  const key = `${language}/${part}`;
  let texts = loaded.get(key) as Promise<Parts[P]> | undefined;
  if (!texts) {
    // What the build compiled has the shape of the English keys: catalogue.test.ts compares them all.
    texts = FILES[language][part]().then((file) => file.default as Parts[P]);
    texts.catch(() => loaded.delete(key));
    loaded.set(key, texts);
  }
  return texts;
}

/* What the pages speak from now on. */
export async function loadSay(language: Language, wanted: readonly string[]): Promise<Say> {
  current = language;
  const texts = await loadTexts('guest', language);
  // The other parts come with their pages: speaking().
  return { t: texts as Texts, language, dir: LANGUAGES[language].dir, locale: localeFor(language, wanted) };
}
