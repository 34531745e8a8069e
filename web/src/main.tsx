/* The start: ask the daemon who we are, then show the page. */
// In a cascade layer: our own rules win without having to shout.
import '@mantine/core/styles.layer.css';
import './page.css';
import { StrictMode, useCallback, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { fetchConfig } from '@/data/config';
import { isRefusal } from '@/data/refusal';
import { makeServices, type Services } from '@/data/services';
import { watchConnection } from '@/lib/network';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { sayFor } from '@/texts';
import { App, Shell } from './app';

const say = sayFor(navigator.languages);
const NO_THEME = {};
document.documentElement.lang = 'en';
document.documentElement.dir = say.dir;
watchConnection(window);

function Start() {
  const [services, setServices] = useState<Services | null>(null);
  const [error, setError] = useState<unknown>(null);
  const load = useCallback(() => {
    setError(null);
    const { origin } = window.location;
    const fetch = window.fetch.bind(window);
    fetchConfig(fetch, origin).then((config) => setServices(makeServices(config, origin, fetch, (url) => new WebSocket(url))), setError);
  }, []);
  useEffect(load, [load]);

  if (services) return <App services={services} say={say} />;
  return (
    <Shell say={say} theme={NO_THEME}>
      {error === null ? (
        <Loading />
      ) : isRefusal(error, 404) ? (
        <Problem what={{ title: say.t.problems.noHost, hint: say.t.problems.noHostHint }} onRetry={load} />
      ) : (
        <Problem error={error} onRetry={load} />
      )}
    </Shell>
  );
}

const place = document.getElementById('root');
if (!place) throw new Error('index.html has no #root');
createRoot(place).render(
  <StrictMode>
    <Start />
  </StrictMode>,
);
