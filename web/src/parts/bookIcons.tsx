/* What can be booked, drawn as the other icons are. */
import type { Kind } from '@/data/bookingShapes';
import { icon } from './iconsFirst';

const StayIcon = icon(<path d="M3 18v-5a3 3 0 0 1 3-3h12a3 3 0 0 1 3 3v5M3 16h18M6 10V7a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2v3" />);
const TableIcon = icon(<path d="M6 3v6a2 2 0 0 0 4 0V3M8 11v10M17 21v-7M17 14c-2 0-3-2-3-5s1-6 3-6z" />);
const PoolIcon = icon(
  <path d="M3 17c1.500-1.500 3-1.500 4.500 0s3 1.500 4.500 0 3-1.500 4.500 0 3 1.500 4.500 0M3 21c1.500-1.500 3-1.500 4.500 0s3 1.500 4.500 0 3-1.500 4.500 0 3 1.500 4.500 0M8 14V5a2 2 0 0 1 4 0M15 14V5a2 2 0 0 1 4 0M8 9h7" />,
);
const GameIcon = icon(
  <>
    <circle cx="8" cy="8" r="4.500" />
    <path d="M11.300 11.300L20 20M17 17l2.500-2.500M14.500 14.500L16.500 12.500" />
  </>,
);

export const KIND_ICONS: Record<Kind, typeof StayIcon> = { stay: StayIcon, table: TableIcon, pool: PoolIcon, game: GameIcon };

export const BasketIcon = icon(<path d="M4 9h16l-1.500 10a1.500 1.500 0 0 1-1.500 1H7a1.500 1.500 0 0 1-1.500-1zM8 9l3-6M16 9l-3-6M10 13v3M14 13v3" />);
export const BackIcon = icon(<path d="M15 5l-7 7 7 7" />);
export const NextIcon = icon(<path d="M9 5l7 7-7 7" />);
