/* Ids, and keys of what is asked for. */
import { uuid } from '../../../client/src/lib/ids';

export { uuid };

/* A key a wish: sent again after a lost answer it has the same key and does nothing twice; another wish (a new amount, say) has another. */
export function wishKeys(): (wish: unknown) => string {
  let last = { text: '', key: '' };
  return (wish) => {
    const text = JSON.stringify(wish);
    if (text !== last.text) last = { text, key: uuid() };
    return last.key;
  };
}
