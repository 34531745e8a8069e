import { expect, test } from 'vitest';
import { inTurn } from './inTurn';

test('one after the other, none lost, none twice; what failed holds up nothing', async () => {
  const said: string[] = [];
  const open: (() => void)[] = [];
  const ask = inTurn<string>(
    async (code) => {
      said.push(`ask ${code}`);
      await new Promise<void>((resolve) => open.push(resolve));
      if (code === 'b') throw new Error('no');
      said.push(`done ${code}`);
    },
    (code) => code,
  );
  const answer = async (): Promise<void> => {
    open.shift()?.();
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  for (const code of ['a', 'a', 'b', 'c', 'a', 'b']) ask(code);
  expect(said).toEqual(['ask a']);
  await answer();
  expect(said).toEqual(['ask a', 'done a', 'ask b']);
  await answer();
  await answer();
  expect(said).toEqual(['ask a', 'done a', 'ask b', 'ask c', 'done c']);
  ask('a');
  expect(said.at(-1)).toBe('ask a');
});
