/* What this device keeps, by its name, without loading what reads it (data/my.ts, data/basket.ts). */
import { isKept } from '@/lib/keep';

export const BOOKINGS = 'my.bookings';
export const BASKET = 'basket';

export const hasKept = (): boolean => isKept(BOOKINGS);
export const hasBasket = (): boolean => isKept(BASKET);
