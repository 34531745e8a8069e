/* The people of a booking: joined by link or digits, without a login. Who joined keeps a token of their own on the device. */
import { queryOptions } from '@tanstack/react-query';
import type { Shapes } from '../../../client/src/database';
import { asString, forget, keep, recall } from '@/lib/keep';
import type { Api } from './api';
import { named, type Way } from './my';

export type Party = Shapes['party'];
export type PartyMember = Shapes['party_member'];

/* Digits as they are said and typed; a token as it stands in the link. */
export const cleanCode = (code: string): string => code.replace(/[\s-]/g, '').toLowerCase();

const drawer = (partyId: string): string => `party.${partyId}`;
export const memberToken = (partyId: string): string | null => recall(drawer(partyId), asString) ?? null;
export const keepMember = (partyId: string, token: string): void => keep(drawer(partyId), token);
export const forgetMember = (partyId: string): void => forget(drawer(partyId));

/* What stands behind a link, by POST: it opens doors, and is in no log. */
export function partyQuery(api: Api, code: string) {
  return queryOptions({ queryKey: ['party', cleanCode(code)], queryFn: () => api.call('get_party', { p_party: cleanCode(code) }), staleTime: 5_000 });
}

export function memberQuery(api: Api, token: string) {
  return queryOptions({ queryKey: ['member', token], queryFn: () => api.call('get_party', { p_member: token }), staleTime: 5_000 });
}

export function ownPartyQuery(way: Way) {
  return queryOptions({ queryKey: ['party', way.reference, way.contact], queryFn: () => way.api.call('open_party', named(way)), staleTime: 5_000, refetchInterval: 20_000 });
}

/* Allergies as words: what was ticked, and what was written, each once. */
export function allergiesOf(ticked: readonly string[], written: string): string[] {
  const words = [...ticked, ...written.split(/[,;\n]/)].map((word) => word.trim().slice(0, 60)).filter((word) => word !== '');
  return [...new Map(words.map((word) => [word.toLowerCase(), word])).values()].slice(0, 20);
}

/* Names of those who have something left to do. */
export const unsigned = (members: readonly PartyMember[]): string[] => members.filter((member) => member.signed === false).map((member) => member.name);
export const owing = (members: readonly PartyMember[]): PartyMember[] => members.filter((member) => (member.due ?? 0) > 0);

/* Those whom a reminder reaches. */
export const remindable = (members: readonly PartyMember[]): PartyMember[] =>
  members.filter((member) => !member.is_organizer && ((member.email ?? '') !== '' || (member.phone ?? '') !== '') && (member.signed === false || (member.due ?? 0) > 0));
