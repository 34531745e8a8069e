/* Changing a stay that others may have open, too: asked what it would cost, done only to the state that was looked at. */
import { queryOptions } from '@tanstack/react-query';
import { useState } from 'react';
import type { Api } from '@/data/api';
import { changedBy, type Changed, type StayChange } from '@/data/desk';
import type { Answer } from '@/data/functions';
import { useServices } from '@/data/services';
import { useAct } from '@/hooks/useAct';
import { useTexts } from '@/texts';
import { explain } from '@/texts/explain';

export type ChangeQuote = Answer<'quote_stay_change'>;

export interface Wanted {
  stayId: string;
  from: string;
  to: string;
  guests?: number;
  chaletId: string;
  /* The state of the stay that it is asked for. */
  seen: string;
}

export function quoteQuery(api: Api, { stayId, from, to, guests, chaletId, seen }: Wanted) {
  return queryOptions({
    queryKey: ['desk', 'quote', stayId, from, to, guests ?? null, chaletId, seen] as const,
    queryFn: ({ signal }) =>
      api.read('quote_stay_change', { p_booking_id: stayId, p_check_in: from, p_check_out: to, p_chalet_id: chaletId, ...(guests === undefined ? {} : { p_guests: guests }) }, signal),
  });
}

export interface Change {
  busy: boolean;
  /* Set when somebody else was first, until it is decided what holds. */
  first: Changed | null;
  problem: string | null;
  apply: (seen: string, wanted: StayChange) => Promise<boolean>;
}

export function useStayChange(stayId: string): Change {
  const { staffApi } = useServices();
  const t = useTexts();
  const act = useAct();
  const [first, setFirst] = useState<Changed | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  return {
    busy: act.busy,
    first,
    problem,
    apply: (seen, wanted) => {
      setProblem(null);
      return act.run(
        () => staffApi.call('change_stay', { p_booking_id: stayId, p_seen: seen, ...wanted }),
        (error) => {
          const changed = changedBy(error);
          if (changed) setFirst(changed);
          else setProblem(explain(error, t).title);
          return true;
        },
      );
    },
  };
}
