/* The pass that lets a guest's phone in at a table. */
import { asString, forget, isRecord, recall } from '@/lib/keep';
import type { Id } from './shapes';

/* What a guest's phone keeps for a table. */
export interface Pass {
  token: string;
  sessionId: Id;
  customerId: Id;
  name: string;
}

function asPass(value: unknown): Pass | undefined {
  if (!isRecord(value)) return undefined;
  const token = asString(value['token']);
  const sessionId = asString(value['sessionId']);
  const customerId = asString(value['customerId']);
  const name = asString(value['name']);
  return token && sessionId && customerId && name !== undefined ? { token, sessionId, customerId, name } : undefined;
}

export const recallPass = (code: string): Pass | undefined => recall(`pass.${code}`, asPass);
export const forgetPass = (code: string): void => forget(`pass.${code}`);
