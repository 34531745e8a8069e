/* Waivers: the text in force, what of it is to be confirmed, and who is old enough to sign it. */
import { queryOptions } from '@tanstack/react-query';
import type { Api } from './api';
import type { Answer, Args } from './functions';

export type Waiver = Answer<'get_waiver'>;

export function waiverQuery(api: Api, id: string) {
  return queryOptions({ queryKey: ['waiver', id], queryFn: ({ signal }) => api.read('get_waiver', { p_waiver_id: id }, signal), staleTime: 60_000 });
}

/* A line that begins with "[ ]" is a statement that everybody confirms by itself; the others are read. */
const STATEMENT = /^\s*\[\s?\]\s*(.+)$/;

export interface WaiverText {
  paragraphs: string[];
  statements: string[];
}

export function readWaiver(content: string): WaiverText {
  const statements: string[] = [];
  const lines = content.split(/\r?\n/).filter((line) => {
    const statement = STATEMENT.exec(line)?.[1];
    if (statement !== undefined) statements.push(statement.trim());
    return statement === undefined;
  });
  const paragraphs = lines
    .join('\n')
    .split(/\n\s*\n/)
    .map((text) => text.trim())
    .filter((text) => text !== '');
  return { paragraphs, statements };
}

/* Whole years between two days (2026-11-30); undefined when the first is none, or lies ahead. The daemon counts again, on the clock of the place. */
export function ageOn(born: string, today: string): number | undefined {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/;
  const [, year, ...from] = day.exec(born) ?? [];
  const [, now, ...to] = day.exec(today) ?? [];
  if (year === undefined || now === undefined || born > today) return undefined;
  const years = Number(now) - Number(year) - (to.join('-') < from.join('-') ? 1 : 0);
  return years <= 130 ? years : undefined;
}

export type Asked = 'adult' | 'minor' | 'too_young' | 'unknown';

export function whoSigns(waiver: Pick<Waiver, 'minimum_age' | 'adult_age'>, age: number | undefined): Asked {
  if (age === undefined) return 'unknown';
  if (age < (waiver.minimum_age ?? 0)) return 'too_young';
  return age < (waiver.adult_age ?? 18) ? 'minor' : 'adult';
}

export interface Signing {
  name: string;
  born: string;
  email: string;
  signature: string | null;
  guardian: { name: string; relationship: string } | null;
  confirmed: readonly string[];
  bookingId: string | null;
}

/* A child's guardian signs in its place. */
export function signingArgs(waiver: Pick<Waiver, 'id' | 'version'>, { name, born, email, signature, guardian, confirmed, bookingId }: Signing): Args<'submit_waiver'> {
  const drawn = signature ?? '';
  return {
    p_waiver_id: waiver.id,
    p_version: waiver.version,
    p_signer_name: name.trim(),
    p_date_of_birth: born,
    p_answers: Object.fromEntries(confirmed.map((statement) => [statement, true])),
    ...(email.trim() === '' ? {} : { p_signer_email: email.trim() }),
    ...(bookingId === null ? {} : { p_booking_id: bookingId }),
    ...(guardian ? { p_guardian_name: guardian.name.trim(), p_guardian_relationship: guardian.relationship.trim(), p_guardian_signature: drawn } : { p_signature: drawn }),
  };
}
