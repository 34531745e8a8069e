/* What the page says, and the locale of its numbers and times. */
import { createContext, useContext } from 'react';
import type book from './en/book.json';
import type booked from './en/booked.json';
import type desk from './en/desk.json';
import type guest from './en/guest.json';
import type held from './en/held.json';
import type house from './en/house.json';
import type my from './en/my.json';
import type seated from './en/seated.json';
import type staff from './en/staff.json';
import type waiver from './en/waiver.json';
import type widget from './en/widget.json';
import type { Language } from './languages';
import type { Compiled } from './shape';

export type BookedTexts = Compiled<typeof booked>;
export type BookTexts = Compiled<typeof book>;
export type DeskTexts = Compiled<typeof desk>;
export type GuestTexts = Compiled<typeof guest>;
export type HeldTexts = Compiled<typeof held>;
export type HouseTexts = Compiled<typeof house>;
export type MyTexts = Compiled<typeof my>;
export type SeatedTexts = Compiled<typeof seated>;
export type StaffTexts = Compiled<typeof staff>;
export type WaiverTexts = Compiled<typeof waiver>;
export type WidgetTexts = Compiled<typeof widget>;

/* All parts but the guest's are there on their pages only: speaking(), withDeskTexts(). */
export type Texts = GuestTexts & SeatedTexts & StaffTexts & DeskTexts & HouseTexts & BookTexts & HeldTexts & MyTexts & BookedTexts & WaiverTexts & WidgetTexts;

export interface Say {
  t: Texts;
  /* What the page's words are in. */
  language: Language;
  /* What numbers, money and times are written in. */
  locale: string;
  dir: 'ltr' | 'rtl';
}

export const SayContext = createContext<Say | null>(null);

export function useSay(): Say {
  const say = useContext(SayContext);
  if (!say) throw new Error('useSay outside of <SayContext>');
  return say;
}

export const useTexts = (): Texts => useSay().t;
