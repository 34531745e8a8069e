/* A page and the texts that only it needs, fetched side by side. */
import type { ReactNode } from 'react';
import { loadTexts, type Part } from './load';
import { MoreTexts } from './MoreTexts';

export async function speaking<P extends object>(parts: readonly Part[], load: () => Promise<(props: P) => ReactNode>): Promise<(props: P) => ReactNode> {
  const fetching = Promise.all(parts.map((part) => loadTexts(part)));
  const [Page, texts] = await Promise.all([load(), fetching]);
  const more = Object.assign({}, ...texts) as object;
  return function Speaking(props: P) {
    return (
      <MoreTexts texts={more}>
        <Page {...props} />
      </MoreTexts>
    );
  };
}
