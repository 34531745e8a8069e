/* The widget on somebody else's page: a frame of this house, as high as what is in it, that tells its page what happens.
 *
 *   <script src="https://house.example/embed.js" data-key="KEY" async></script>            where the script stands
 *   <div data-maitred="KEY" data-theme="dark" data-lang="de" data-colour="#0b7285"></div>   anywhere, any number of them
 *
 * Sets no cookie and writes no style into the page but on its own frame. Messages are believed from the house's origin and from its own frame only.
 * On the element come events: `maitred:ready`, `maitred:step` {step}, `maitred:booked` {reference, value, currency}, `maitred:problem`. */
(() => {
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement)) return;
  const { origin } = new URL(script.src);
  const ATTRIBUTES = ['theme', 'lang', 'colour', 'game'];
  const LOWEST_PX = 120;
  const HIGHEST_PX = 20_000;
  const frames = new Map<MessageEventSource, [HTMLIFrameElement, HTMLElement]>();

  const put = (place: HTMLElement, key: string): void => {
    if (place.dataset['maitredOn']) return;
    place.dataset['maitredOn'] = 'on';
    const url = new URL(`/embed/${encodeURIComponent(key)}`, origin);
    for (const name of ATTRIBUTES) {
      const value = place.dataset[name];
      if (value) url.searchParams.set(name, value);
    }
    // To whom the frame may speak.
    url.searchParams.set('page', location.origin);
    const frame = document.createElement('iframe');
    frame.src = url.href;
    frame.title = place.dataset['title'] ?? 'Booking';
    frame.referrerPolicy = 'origin';
    Object.assign(frame.style, { display: 'block', width: '100%', height: '420px', border: '0', colorScheme: 'normal' });
    // A link that stood there for who has no scripts has done its work.
    place.replaceChildren(frame);
    if (frame.contentWindow) frames.set(frame.contentWindow, [frame, place]);
    new MutationObserver(() => frame.contentWindow?.postMessage({ maitred: 'look', theme: place.dataset['theme'] ?? '', colour: place.dataset['colour'] ?? '' }, origin)).observe(place, {
      attributes: true,
      attributeFilter: ['data-theme', 'data-colour'],
    });
  };

  addEventListener('message', ({ source, origin: from, data }: MessageEvent<unknown>) => {
    const ours = source && frames.get(source);
    if (!ours || from !== origin || typeof data !== 'object' || data === null || !('maitred' in data)) return;
    const [frame, place] = ours;
    const { maitred, ...detail } = data as Record<string, unknown>;
    if (maitred === 'height') {
      const height = Number(detail['height']);
      if (height >= LOWEST_PX && height <= HIGHEST_PX) frame.style.height = `${Math.ceil(height)}px`;
    } else if (maitred === 'title') frame.title = String(detail['title']);
    else if (['ready', 'step', 'booked', 'problem'].includes(String(maitred))) place.dispatchEvent(new CustomEvent(`maitred:${String(maitred)}`, { bubbles: true, detail }));
  });

  const mount = (): void => {
    for (const place of document.querySelectorAll<HTMLElement>('[data-maitred]')) put(place, place.dataset['maitred'] ?? '');
  };
  const key = script.dataset['key'];
  if (key) {
    const place = document.createElement('div');
    Object.assign(place.dataset, script.dataset);
    delete place.dataset['key'];
    place.dataset['maitred'] = key;
    script.after(place);
  }
  mount();
  document.addEventListener('DOMContentLoaded', mount);
  // What a page puts there later.
  Object.assign(window, { maitred: { mount } });
})();
