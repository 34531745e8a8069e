/* The pool's gate: a code is scanned or typed, and the answer is green or red. */
import { queryOptions } from '@tanstack/react-query';
import { CALM, polled } from '@/lib/poll';
import { folded, wordsOf } from '@/lib/search';
import type { Shapes } from '../../../client/src/database';
import type { Api } from './api';
import type { Answer } from './functions';
import { Away, isRefusal } from './refusal';

export type Gate = Answer<'get_pool_gate'>;
export type GateTicket = Shapes['gate_ticket'];

export const gateKey = ['desk', 'gate'] as const;
export function gateQuery(api: Api) {
  return queryOptions({ queryKey: gateKey, queryFn: ({ signal }) => api.read('get_pool_gate', {}, signal), refetchInterval: polled(CALM) });
}

export type Reason = 'forged' | 'unknown' | 'used' | 'cancelled' | 'unpaid' | 'too_early' | 'wrong_day' | 'over' | 'too_many' | 'expired' | 'paused' | 'other';
const REASONS: readonly Reason[] = ['forged', 'unknown', 'used', 'cancelled', 'unpaid', 'too_early', 'wrong_day', 'over', 'too_many', 'expired', 'paused'];

export type Verdict =
  | { is: 'in'; code: string; answer: Answer<'redeem_pool_ticket'> }
  | { is: 'out'; code: string; reason: Reason; words: string; at: string | undefined }
  /* Nobody could be asked: neither green nor red. */
  | { is: 'unsure'; code: string };

/* A scanner's line: what it read, without the ends of lines and blanks that some add; a link that holds the code gives its last part. */
export function codeOf(scanned: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: scanners send them
  const line = scanned.replace(/[\u0000-\u001f\u007f\ufeff\u200b]/g, '').trim();
  const link = /^https?:\/\/\S+?[/=#]([A-Za-z0-9._~-]+)$/.exec(line)?.[1];
  return link ?? line;
}

export async function redeem(api: Api, scanned: string, people: number | null, gate: string): Promise<Verdict> {
  const code = codeOf(scanned);
  try {
    const answer = await api.call('redeem_pool_ticket', { p_qr_code: code, ...(people === null ? {} : { p_people: people }), ...(gate === '' ? {} : { p_gate: gate }) });
    return { is: 'in', code, answer };
  } catch (error) {
    if (error instanceof Away) return { is: 'unsure', code };
    if (!isRefusal(error) || error.status >= 500 || error.status === 401) throw error;
    const reason = REASONS.find((known) => known === error.reason) ?? 'other';
    return { is: 'out', code, reason, words: error.message, at: error.text('used_at') ?? error.text('opens_at') ?? error.text('ended_at') };
  }
}

/* Every word of it; a slip is none here, for two guests may be called almost the same. */
function isNamed(name: string, wanted: string): boolean {
  const words = wordsOf(wanted);
  return words.length > 0 && words.every((word) => folded(name).includes(word));
}

/* The list beside the camera: by parts of the name or the reference; who is not in yet comes first. */
export function listed(tickets: readonly GateTicket[], text: string): GateTicket[] {
  const wanted = text.trim();
  const code = wanted.toUpperCase().replace(/[\s-]/g, '');
  const fitting = wanted === '' ? [...tickets] : tickets.filter((ticket) => isNamed(ticket.guest_name ?? '', wanted) || (code !== '' && ticket.reference.replace('-', '').includes(code)));
  const isIn = (ticket: GateTicket): number => (ticket.inside >= ticket.adults + ticket.children ? 1 : 0);
  return fitting.toSorted((a, b) => isIn(a) - isIn(b));
}
