/* Who works where: the pages of the staff by role and module. */

export type StaffPage = '/desk' | '/floor' | '/kitchen' | '/gate' | '/finance';

interface Workplace {
  /* Who works there, as the permission table has it: whoever may read what the page is about. What they may do there the page asks (get_my_rights). */
  roles: readonly string[];
  /* Only where the house has one of these. */
  modules: readonly string[];
}

const RUN_IT = ['super_admin', 'owner', 'admin', 'manager'];

const WORKPLACES: Record<StaffPage, Workplace> = {
  // resources stays and bookings
  '/desk': { roles: [...RUN_IT, 'staff', 'finance'], modules: ['stays', 'experiences'] },
  // resources sessions and kitchen
  '/floor': { roles: [...RUN_IT, 'staff', 'waiter'], modules: ['dining'] },
  '/kitchen': { roles: [...RUN_IT, 'staff', 'waiter', 'kitchen'], modules: ['dining'] },
  // resource pool, to let people in
  '/gate': { roles: [...RUN_IT, 'staff'], modules: ['pool'] },
  // resource ledger
  '/finance': { roles: [...RUN_IT, 'finance'], modules: ['payments'] },
};
export const STAFF_PAGES = Object.keys(WORKPLACES) as StaffPage[];

/* The first is where somebody's work is: who keeps the books does not begin at the desk. */
export function pagesOf(role: string | null, modules: readonly string[]): StaffPage[] {
  if (role === null) return [];
  const pages = STAFF_PAGES.filter((page) => WORKPLACES[page].roles.includes(role) && WORKPLACES[page].modules.some((module) => modules.includes(module)));
  return role === 'finance' ? pages.toReversed() : pages;
}

/* Where somebody's work is: the page to land on after logging in. */
export function homeOf(role: string | null, modules: readonly string[]): StaffPage | '/' {
  return pagesOf(role, modules)[0] ?? '/';
}
