/* Once somebody uses the page: it opens without a network from now on (worker/worker.ts), and can be put onto the home screen. Neither may cost
 * the first visit anything before that. */
const MANIFESTS: Record<string, string> = { '/kitchen': '/app/manifest.webmanifest?page=kitchen', '/floor': '/app/manifest.webmanifest?page=floor' };

export function installable(path: string): void {
  const href = MANIFESTS[path.replace(/\/+$/, '')] ?? '/app/manifest.webmanifest';
  const link = document.querySelector<HTMLLinkElement>('link[rel=manifest]') ?? document.head.appendChild(document.createElement('link'));
  link.rel = 'manifest';
  link.href = href;
}

export async function keepForOffline(): Promise<void> {
  // In somebody else's page, or where the browser has none (plain http): as before.
  if (window.top !== window || !('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register('/worker.js');
    const { active } = await navigator.serviceWorker.ready;
    active?.postMessage({ keep: document.documentElement.lang, house: document.documentElement.dataset['door'] === 'house' });
  } catch {
    // Refused (private window, storage full): the page works, with a network only.
  }
}
