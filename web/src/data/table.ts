import { queryOptions } from '@tanstack/react-query';
import { CALM, polled } from '@/lib/poll';
import type { Api } from './api';

/* What the QR code on the table leads to. Polled calmly: another guest may open the session meanwhile. */
export function tableQuery(api: Api, code: string) {
  return queryOptions({
    queryKey: ['table', code],
    queryFn: ({ signal }) => api.read('get_table', { p_table: code }, signal),
    refetchInterval: polled(CALM),
  });
}
