/* Where answers are kept that come with the page itself (first.ts): apart from the queries, which a page brings along that asks them. */
import type { Id } from './shapes';

export const menuKey = (restaurantId: Id) => ['menu', restaurantId] as const;
export const frontKey = ['front'] as const;
