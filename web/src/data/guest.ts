/* Whether a guest has signed in on this device, without loading what signs them in. */
import { shelf } from '@/lib/keep';

/* Where the client keeps a guest's session; the staff's is another (data/staff.ts). */
export const GUEST_KEY = 'maitred.guest';

export const hasSignedIn = (): boolean => shelf().getItem(GUEST_KEY) !== null;

export const isEmail = (contact: string): boolean => contact.includes('@');

/* An address, or a number as it is dialled from abroad; undefined when it is neither. */
export function readContact(text: string): string | undefined {
  const clean = text.trim();
  if (isEmail(clean)) return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(clean) ? clean.toLowerCase() : undefined;
  const number = clean.replace(/[\s()./-]/g, '').replace(/^00/, '+');
  return /^\+[1-9]\d{6,14}$/.test(number) ? number : undefined;
}
