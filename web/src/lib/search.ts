/* Finding by what people type: without accents, in any order, and with a slip of the finger. */

/* "Tiramisù" and "TIRAMISU", "Straße" and "strasse" are the same. */
export function folded(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('ł', 'l')
    .replaceAll('æ', 'ae')
    .replaceAll('œ', 'oe');
}

export const wordsOf = (text: string): string[] => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/* Whether `wanted` becomes the beginning of `word` with at most `slips` letters wrong, missing, too many or swapped with the next one. */
export function almostBegins(word: string, wanted: string, slips: number): boolean {
  let before: number[] = [];
  let last = Array.from({ length: word.length + 1 }, (_, at) => at);
  for (let row = 1; row <= wanted.length; row++) {
    const now = [row];
    for (let at = 1; at <= word.length; at++) {
      const same = wanted[row - 1] === word[at - 1];
      let cost = Math.min((last[at] ?? 0) + 1, (now[at - 1] ?? 0) + 1, (last[at - 1] ?? 0) + (same ? 0 : 1));
      if (row > 1 && at > 1 && wanted[row - 1] === word[at - 2] && wanted[row - 2] === word[at - 1]) cost = Math.min(cost, (before[at - 2] ?? 0) + 1);
      now.push(cost);
    }
    before = last;
    last = now;
  }
  return Math.min(...last) <= slips;
}

/* No slip in a short word: "soup" is not "soap". */
const slipsIn = (wanted: string): number => (wanted.length < 5 ? 0 : wanted.length < 8 ? 1 : 2);

/* Every word that was typed stands in the text: inside of a word, or almost at the beginning of one. */
export function finds(text: string, typed: string): boolean {
  const whole = folded(text);
  const words = wordsOf(text);
  return wordsOf(typed).every((wanted) => whole.includes(wanted) || (slipsIn(wanted) > 0 && words.some((word) => almostBegins(word, wanted, slipsIn(wanted)))));
}
