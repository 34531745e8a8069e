/* Card terminals of the house: an amount is sent to one, and asked after until it is clear what came of it. */
import { queryOptions } from '@tanstack/react-query';
import type { Shapes } from '../../../client/src/database';
import type { Api } from './api';
import type { Answer } from './functions';
import type { Id, Share } from './shapes';

export type TerminalPayment = Shapes['terminal_payment'];
export type Terminal = Answer<'get_terminals'>[number];

const ASK_EVERY_MS = 1000;
const UNDER_WAY: readonly TerminalPayment['state'][] = ['sending', 'waiting', 'cancelling'];

export const isUnderWay = (payment: TerminalPayment): boolean => UNDER_WAY.includes(payment.state);

/* What each waits for stands in it, so it is asked whenever it is shown. */
export const terminalsQuery = (api: Api) => queryOptions({ queryKey: ['terminals'] as const, queryFn: ({ signal }) => api.read('get_terminals', {}, signal), staleTime: 0 });

/* A terminal tells the provider and the provider tells the house: no page is pushed that, so it is asked for while somebody looks. */
export const terminalPaymentQuery = (api: Api, paymentId: Id) =>
  queryOptions({
    queryKey: ['terminal-payment', paymentId],
    queryFn: ({ signal }) => api.read('get_terminal_payment', { p_payment_id: paymentId }, signal),
    refetchInterval: (query) => (query.state.data && !isUnderWay(query.state.data) ? false : ASK_EVERY_MS),
  });

/* Amounts of a share are in minor units, those of payments decimal. */
export function sendToTerminal(api: Api, to: { terminalId: Id; sessionId: Id; share: Share; key: string; exponent: number }, amount: number, tip: number): Promise<TerminalPayment> {
  const decimal = (minor: number): number => Number((minor / 10 ** to.exponent).toFixed(to.exponent));
  return api.call('send_to_terminal', {
    p_terminal_id: to.terminalId,
    p_booking_type: 'session',
    p_booking_id: to.sessionId,
    p_share_id: to.share.id,
    p_amount: decimal(amount + tip),
    p_tip_amount: decimal(tip),
    p_idempotency_key: to.key,
  });
}

export function cancelTerminalPayment(api: Api, paymentId: Id): Promise<TerminalPayment> {
  return api.call('cancel_terminal_payment', { p_payment_id: paymentId });
}
