/* An error as a person should read it. The daemon's own sentences are used where we have none that fits the place better. */
import { Away, isRefusal } from '@/data/refusal';
import type { Texts } from '.';

export interface Explanation {
  title: string;
  hint: string | null;
}

export function explain(error: unknown, t: Texts): Explanation {
  if (error instanceof Away) return { title: t.problems.away, hint: t.problems.awayHint };
  if (isRefusal(error)) {
    if (error.status === 429) {
      const seconds = error.number('retry_after') ?? 60;
      return { title: t.problems.tooOften(Math.ceil(seconds)), hint: null };
    }
    if (error.code === 'invalid_credentials') return { title: t.problems.wrongLogin, hint: null };
    if (error.status === 401) return { title: t.problems.signedOut, hint: null };
    // Row security's own words mean nothing to people; ours (MDxyz) do.
    if (error.code === '42501') return { title: t.problems.forbidden, hint: t.problems.forbiddenHint };
    // What the dialect says about its own catalogue is for programs.
    if (/^PGRST/.test(error.code)) return error.status === 404 ? { title: t.problems.notOffered, hint: null } : { title: t.problems.unexpected, hint: t.problems.unexpectedHint };
    if (error.status < 500 && error.message !== '') return { title: error.message, hint: error.hint };
  }
  return { title: t.problems.unexpected, hint: t.problems.unexpectedHint };
}

/* The refusals of joining, as the guest at the table should hear them. */
export function explainJoin(error: unknown, t: Texts): Explanation {
  if (isRefusal(error, 403)) {
    const left = error.number('attempts_left');
    return { title: left === undefined ? t.table.otpWrong : t.table.otpWrongLeft(left), hint: null };
  }
  if (isRefusal(error, 410)) return { title: error.message === '' ? t.table.otpExpired : error.message, hint: error.hint ?? t.table.otpExpiredHint };
  if (isRefusal(error, 409) && error.reason === 'session_full') {
    const most = error.number('max_participants');
    if (most !== undefined) return { title: t.table.full(most), hint: null };
  }
  return explain(error, t);
}
