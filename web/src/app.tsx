/* Everything a page finds around itself: theme, texts, services, notices, router. */
import { DirectionProvider, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider, type RouterHistory } from '@tanstack/react-router';
import { useMemo, type ReactNode } from 'react';
import { ServicesContext, type Services } from '@/data/services';
import type { ThemeConfig } from '@/data/config';
import { cssVariables, themeFrom } from '@/lib/theme';
import { NoticesProvider } from '@/parts/Notices';
import { SayContext, type Say } from '@/texts';
import { makeRouter } from './router';

export function Shell({ say, theme, children }: { say: Say; theme: ThemeConfig; children: ReactNode }) {
  const mantine = useMemo(() => themeFrom(theme), [theme]);
  return (
    <DirectionProvider initialDirection={say.dir} detectDirection={false}>
      <MantineProvider theme={mantine} cssVariablesResolver={cssVariables} defaultColorScheme="auto" env={import.meta.env.MODE === 'test' ? 'test' : 'default'}>
        <SayContext value={say}>{children}</SayContext>
      </MantineProvider>
    </DirectionProvider>
  );
}

export function App({ services, say, history }: { services: Services; say: Say; history?: RouterHistory }) {
  const router = useMemo(() => makeRouter(history), [history]);
  return (
    <Shell say={say} theme={services.config.theme_config}>
      <QueryClientProvider client={services.queryClient}>
        <ServicesContext value={services}>
          <NoticesProvider>
            <RouterProvider router={router} />
          </NoticesProvider>
        </ServicesContext>
      </QueryClientProvider>
    </Shell>
  );
}
