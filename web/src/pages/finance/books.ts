/* What each part of the books is given. */
import type { Rights } from '@/data/desk';
import type { Id } from '@/data/shapes';

export interface BookProps {
  rights: Rights;
  organization: Id;
  /* The clock of the house: its books tell no other time, wherever the reader is. */
  timezone: string;
}
