/* Adds the texts of a page that is loaded by itself to those that are there already. */
import { useMemo, type ReactNode } from 'react';
import { SayContext, useSay, type Texts } from '.';

export function MoreTexts({ texts, children }: { texts: Partial<Texts>; children: ReactNode }) {
  const say = useSay();
  const more = useMemo(() => ({ ...say, t: { ...say.t, ...texts } }), [say, texts]);
  return <SayContext value={more}>{children}</SayContext>;
}
