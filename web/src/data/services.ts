/* What the pages work with, made once at the start. */
import { QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { apiOver, fixedBearer, plainCaller, type Api, type Bearer, type Door } from './api';
import type { AppConfig } from './config';
import { isRefusal } from './refusal';
import type { StaffStore } from './staff';
import { LiveSoon, type Liveness } from '@/lib/liveSoon';
import type { Fetch } from '@/lib/wire';

export interface Services {
  config: AppConfig;
  origin: string;
  door: Door;
  queryClient: QueryClient;
  /* As anybody. */
  publicApi: Api;
  /* As the staff member who is logged in: there once withStaff() (data/staffSide.ts) has been called, on the staff's pages. */
  staffApi: Api;
  staff: StaffStore;
  /* As anybody, to the live connection. */
  anybody: Bearer;
  /* What pushes changes; null where nothing can. */
  live: Liveness | null;
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Whether there is a network is found out by asking; the browser's own opinion is wrong on a local network.
        networkMode: 'always',
        // A refusal stays a refusal; only what may pass is asked again.
        retry: (count, error) => !(isRefusal(error) && error.status < 500) && count < 1,
        retryDelay: 1_000,
        staleTime: 1_000,
        gcTime: 30 * 60_000,
        refetchOnWindowFocus: 'always',
        refetchOnReconnect: 'always',
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

/* On a guest's page nobody is logged in. */
const NOBODY: StaffStore = {
  state: () => ({ status: 'out' }),
  subscribe: () => () => {},
  signIn: () => Promise.reject(new Error('no staff on this page')),
  signOut: () => Promise.resolve(),
  askForPassword: () => Promise.reject(new Error('no staff on this page')),
  proveAddress: () => Promise.reject(new Error('no staff on this page')),
  choosePassword: () => Promise.reject(new Error('no staff on this page')),
  takeLink: () => Promise.resolve(false),
  bearer: { token: () => null, subscribe: () => () => {} },
};
const NO_STAFF: Api = {
  read: () => Promise.reject(new Error('no staff on this page')),
  call: () => Promise.reject(new Error('no staff on this page')),
};

export function makeServices(config: AppConfig, origin: string, fetch: Fetch, openSocket?: (url: string) => WebSocket): Services {
  const door: Door = { origin, anonKey: config.anon_key, fetch };
  return {
    config,
    origin,
    door,
    queryClient: makeQueryClient(),
    publicApi: apiOver(plainCaller(door)),
    staffApi: NO_STAFF,
    staff: NOBODY,
    anybody: fixedBearer(config.anon_key),
    live: openSocket ? new LiveSoon({ origin, apiKey: config.anon_key, open: openSocket }) : null,
  };
}

export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (!services) throw new Error('useServices outside of <ServicesContext>');
  return services;
}
