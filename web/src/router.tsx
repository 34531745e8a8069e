/* The staff's pages and their addresses; the guests' are in lib/address.ts. Each page is a chunk of its own.
 * To add a page, add a route here and a row to `routeTree`, and its first word to STAFF in lib/address.ts. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, type RouterHistory } from '@tanstack/react-router';
import { Loading } from '@/parts/Loading';
import { NotFoundPage } from '@/pages/NotFoundPage';

/* What the desk shows: the day or the chart, and the stay that is open. */
export interface DeskSearch {
  view?: 'chart';
  stay?: string;
  day?: string;
}

const root = createRootRoute({ notFoundComponent: NotFoundPage });

const kitchen = createRoute({ getParentRoute: () => root, path: '/kitchen', component: lazyRouteComponent(() => import('@/pages/kitchen/KitchenPage'), 'KitchenPage') });
const floor = createRoute({ getParentRoute: () => root, path: '/floor', component: lazyRouteComponent(() => import('@/pages/floor/FloorPage'), 'FloorPage') });
const desk = createRoute({
  getParentRoute: () => root,
  path: '/desk',
  component: lazyRouteComponent(async () => (await import('@/pages/desk/entry')).load()),
  validateSearch: (search: Record<string, unknown>): DeskSearch => ({
    ...(search['view'] === 'chart' ? { view: 'chart' as const } : {}),
    ...(typeof search['stay'] === 'string' ? { stay: search['stay'] } : {}),
    ...(typeof search['day'] === 'string' ? { day: search['day'] } : {}),
  }),
});
const gate = createRoute({ getParentRoute: () => root, path: '/gate', component: lazyRouteComponent(async () => (await import('@/pages/gate/entry')).load()) });
const finance = createRoute({
  getParentRoute: () => root,
  path: '/finance',
  component: lazyRouteComponent(async () => (await import('@/pages/finance/entry')).load()),
  validateSearch: (search: Record<string, unknown>): { view?: string } => (typeof search['view'] === 'string' ? { view: search['view'] } : {}),
});
const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  component: lazyRouteComponent(() => import('@/pages/login/LoginPage'), 'LoginPage'),
  validateSearch: (search: Record<string, unknown>): { next?: string } => (typeof search['next'] === 'string' ? { next: search['next'] } : {}),
});

const routeTree = root.addChildren([desk, floor, kitchen, gate, finance, login]);

export function makeRouter(history?: RouterHistory) {
  return createRouter({
    routeTree,
    defaultPendingComponent: Loading,
    defaultPreload: 'intent',
    scrollRestoration: true,
    ...(history ? { history } : {}),
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
