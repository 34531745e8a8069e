/* Asks for the bill. Lines that were picked and never sent stop it: they are dropped only when somebody says so. */
import { useState } from 'react';
import type { Api } from '@/data/api';
import { askForBill } from '@/data/bill';
import { isRefusal } from '@/data/refusal';
import type { SessionView } from '@/data/shapes';
import type { Act } from './useAct';

export interface AskForBill {
  /* How many unsent lines stand in the way; null: nobody has asked, or none do. */
  unsent: number | null;
  ask: (options?: { discardDrafts: boolean }) => void;
  forget: () => void;
}

/* `sessionId` where the token does not name the session: for the staff. */
export function useAskForBill({ run }: Act, api: Api, view: SessionView, onBilled: () => Promise<unknown>, sessionId?: string): AskForBill {
  const [unsent, setUnsent] = useState<number | null>(null);
  return {
    unsent,
    forget: () => setUnsent(null),
    ask: ({ discardDrafts } = { discardDrafts: false }) =>
      void run(
        async () => {
          await askForBill(api, { discardDrafts, ...(sessionId === undefined ? {} : { sessionId }) });
          await onBilled();
          setUnsent(null);
        },
        (error) => {
          if (!isRefusal(error, 409) || error.reason !== 'unsent_drafts') return false;
          setUnsent(error.number('count') ?? view.drafts.length);
          return true;
        },
      ),
  };
}
