/* Which functions may wait in the outbox: the ones that can be sent twice without doing twice.
 * 'key': the daemon knows the repeated write by p_idempotency_key, which is the write's own id.
 * 'same': saying it twice says the same (set a quantity, start a ticket).
 * Not here: undo and everything else where a repeated call goes one step further. To add a function, add a row. */
import { Outbox, type OutboxOptions, type Write } from '@/lib/outbox';
import type { Shelf } from '@/lib/keep';
import type { Api } from './api';
import type { Answer, Args } from './functions';

const QUEUED = {
  add_order_line: 'key',
  change_order_line: 'same',
  remove_order_line: 'same',
  place_order: 'key',
  call_waiter: 'same',
  cancel_call: 'same',
  pay_bill_share: 'key',
  start_kitchen_order: 'same',
  ready_kitchen_order: 'same',
  complete_kitchen_order: 'same',
  set_kitchen_item_ready: 'same',
  set_item_available: 'same',
} as const;

export type QueuedName = keyof typeof QUEUED;
export type QueuedWrite = { [N in QueuedName]: Write<N, Args<N>> }[QueuedName];
export type Queue = Outbox<QueuedWrite>;

/* What was done, with the answer in the type that belongs to the function. */
export type Done = { [N in QueuedName]: { kind: N; args: Args<N>; answer: Answer<N> } }[QueuedName];

export function isQueued(write: Write): boolean {
  return Object.hasOwn(QUEUED, write.kind);
}

export function sendWrite(api: Api, write: QueuedWrite): Promise<unknown> {
  const args = QUEUED[write.kind] === 'key' ? { ...write.args, p_idempotency_key: write.id } : write.args;
  return api.call(write.kind, args as Args<QueuedName>);
}

export interface QueueOptions {
  api: Api;
  shelf: Shelf;
  key: string;
  onDone: (done: Done) => void;
  onRefused: (write: QueuedWrite, error: unknown) => void;
}

export function openQueue({ api, shelf, key, onDone, onRefused }: QueueOptions): Queue {
  const options: OutboxOptions<QueuedWrite> = {
    shelf,
    key: `maitred.outbox.${key}`,
    send: (write) => sendWrite(api, write),
    isWrite: isQueued,
    onDone: (write, answer) => onDone({ kind: write.kind, args: write.args, answer } as Done),
    onRefused,
  };
  return new Outbox(options);
}
