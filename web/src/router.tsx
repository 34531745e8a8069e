/* The pages and their addresses. Each page is a chunk of its own: a guest's phone does not load the kitchen.
 * To add a page, add a route here and a row to `routeTree`. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, type RouterHistory } from '@tanstack/react-router';
import { Loading } from '@/parts/Loading';
import { NotFoundPage } from '@/pages/NotFoundPage';

const root = createRootRoute({ notFoundComponent: NotFoundPage });

const home = createRoute({ getParentRoute: () => root, path: '/', component: lazyRouteComponent(() => import('@/pages/home/HomePage'), 'HomePage') });
const menu = createRoute({ getParentRoute: () => root, path: '/menu/$restaurant', component: lazyRouteComponent(() => import('@/pages/home/MenuPage'), 'MenuPage') });
const table = createRoute({ getParentRoute: () => root, path: '/t/$table', component: lazyRouteComponent(() => import('@/pages/table/TablePage'), 'TablePage') });
const kitchen = createRoute({ getParentRoute: () => root, path: '/kitchen', component: lazyRouteComponent(() => import('@/pages/kitchen/KitchenPage'), 'KitchenPage') });
const floor = createRoute({ getParentRoute: () => root, path: '/floor', component: lazyRouteComponent(() => import('@/pages/floor/FloorPage'), 'FloorPage') });
const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  component: lazyRouteComponent(() => import('@/pages/login/LoginPage'), 'LoginPage'),
  validateSearch: (search: Record<string, unknown>): { next?: string } => (typeof search['next'] === 'string' ? { next: search['next'] } : {}),
});

const routeTree = root.addChildren([home, menu, table, kitchen, floor, login]);

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
