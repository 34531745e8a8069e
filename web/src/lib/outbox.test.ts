import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Away } from '@/data/refusal';
import type { Shelf } from './keep';
import { network } from './network';
import { Outbox, type Write } from './outbox';

type Note = Write<'note', { text: string }>;

function memoryShelf(): Shelf & { all: Map<string, string> } {
  const all = new Map<string, string>();
  return { all, getItem: (key) => all.get(key) ?? null, setItem: (key, value) => void all.set(key, value), removeItem: (key) => void all.delete(key) };
}

interface Made {
  box: Outbox<Note>;
  sent: string[];
  done: string[];
  refused: unknown[];
}

let opened: Outbox<Note>[] = [];

function make(shelf: Shelf, answer: (write: Note) => Promise<unknown> = async () => 'ok'): Made {
  const sent: string[] = [];
  const done: string[] = [];
  const refused: unknown[] = [];
  const box = new Outbox<Note>({
    shelf,
    key: 'box',
    isWrite: (write) => write.kind === 'note',
    send: (write) => {
      sent.push(write.args.text);
      return answer(write);
    },
    onDone: (write) => done.push(write.args.text),
    onRefused: (_write, error) => refused.push(error),
  });
  opened.push(box);
  return { box, sent, done, refused };
}

beforeEach(() => {
  vi.useFakeTimers();
  network.reached();
});
afterEach(() => {
  for (const box of opened) box.close();
  opened = [];
  vi.useRealTimers();
});

describe('the outbox', () => {
  test('sends in the order in which things were done', async () => {
    const { box, sent, done } = make(memoryShelf());
    box.add('note', { text: 'one' });
    box.add('note', { text: 'two' });
    await vi.runAllTimersAsync();
    expect(sent).toEqual(['one', 'two']);
    expect(done).toEqual(['one', 'two']);
    expect(box.writes()).toEqual([]);
  });

  test('keeps a write while nobody answers, and sends the same one again', async () => {
    let isAway = true;
    const ids: string[] = [];
    const { box, done } = make(memoryShelf(), async (write) => {
      ids.push(write.id);
      if (isAway) throw new Away();
      return 'ok';
    });
    box.add('note', { text: 'one' });
    await vi.advanceTimersByTimeAsync(0);
    expect(box.writes()).toHaveLength(1);
    isAway = false;
    await vi.runAllTimersAsync();
    expect(done).toEqual(['one']);
    expect(new Set(ids).size).toBe(1); // one idempotency key, whatever the number of tries
    expect(ids.length).toBeGreaterThan(1);
  });

  test('a later write does not overtake one that waits', async () => {
    let tries = 0;
    const { box, sent } = make(memoryShelf(), async () => {
      if (tries++ === 0) throw new Away();
    });
    box.add('note', { text: 'one' });
    box.add('note', { text: 'two' });
    await vi.runAllTimersAsync();
    expect(sent).toEqual(['one', 'one', 'two']);
  });

  test('the network coming back sends at once, without sitting out the pause', async () => {
    let isAway = true;
    const { box, done } = make(memoryShelf(), async () => {
      if (isAway) throw new Away(600_000);
    });
    box.add('note', { text: 'one' });
    await vi.advanceTimersByTimeAsync(0);
    network.lost();
    isAway = false;
    network.reached();
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toEqual(['one']);
  });

  test('a refusal ends the write, is told, and the next one goes out', async () => {
    const problem = new Error('sold out');
    const { box, done, refused } = make(memoryShelf(), async (write) => {
      if (write.args.text === 'bad') throw problem;
    });
    box.add('note', { text: 'bad' });
    box.add('note', { text: 'good' });
    await vi.runAllTimersAsync();
    expect(refused).toEqual([problem]);
    expect(done).toEqual(['good']);
    expect(box.writes()).toEqual([]);
  });

  test('survives a reload: what was not answered goes out from the new page with its old id', async () => {
    const shelf = memoryShelf();
    const before = make(shelf, async () => Promise.reject(new Away()));
    const id = before.box.add('note', { text: 'one' });
    await vi.advanceTimersByTimeAsync(0);
    before.box.close();

    const after = make(shelf);
    expect(after.box.writes().map((write) => write.id)).toEqual([id]);
    await vi.runAllTimersAsync();
    expect(after.done).toEqual(['one']);
    expect(shelf.all.size).toBe(0);
  });

  test('ignores what is broken or unknown in the store', () => {
    const shelf = memoryShelf();
    for (const stored of ['not json', '{}', '[1, null, {"id":"a"}]', '[{"id":"a","kind":"other","args":{},"at":1}]']) {
      shelf.setItem('box', stored);
      expect(make(shelf).box.writes()).toEqual([]);
    }
  });

  test('a waiting write can be changed and dropped, one on its way cannot', async () => {
    let finish: () => void = () => {};
    const { box } = make(memoryShelf(), () => new Promise<void>((resolve) => (finish = resolve)));
    const first = box.add('note', { text: 'one' });
    const second = box.add('note', { text: 'two' });
    await vi.advanceTimersByTimeAsync(0);
    expect(box.isSending(first)).toBe(true);
    expect(box.change(first, { text: 'changed' })).toBe(false);
    expect(box.drop(first)).toBe(false);
    expect(box.change(second, { text: 'changed' })).toBe(true);
    expect(box.drop(second)).toBe(true);
    expect(box.drop(second)).toBe(false);
    finish();
    await vi.runAllTimersAsync();
    expect(box.writes()).toEqual([]);
  });

  test('the answer is taken in before the write goes, so that a line never blinks', async () => {
    const shelf = memoryShelf();
    const waitingAtDone: number[] = [];
    const box = new Outbox<Note>({ shelf, key: 'box', isWrite: () => true, send: async () => 'ok', onDone: () => waitingAtDone.push(box.writes().length) });
    opened.push(box);
    box.add('note', { text: 'one' });
    await vi.runAllTimersAsync();
    expect(waitingAtDone).toEqual([1]);
  });
});
