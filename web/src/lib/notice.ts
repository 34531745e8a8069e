/* A notice of the device itself, for somebody whose phone shows something else just now. Shown only where the person has allowed it and
 * the page is not in sight: whoever looks at the page sees it there. */
export const canAskForNotices = (): boolean => typeof Notification !== 'undefined' && Notification.permission === 'default';

/* In the handler of a touch: browsers let nobody ask by themselves. */
export async function askForNotices(): Promise<boolean> {
  if (typeof Notification === 'undefined') return false;
  return (await Notification.requestPermission()) === 'granted';
}

/* `tag`: a later notice of the same tag takes the place of the earlier one. */
export async function showNotice(title: string, tag: string): Promise<void> {
  if (typeof Notification === 'undefined' || Notification.permission !== 'granted' || document.visibilityState === 'visible') return;
  // On Android a page may not do it by itself; the service worker may.
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker) {
    await worker.showNotification(title, { tag });
    return;
  }
  try {
    new Notification(title, { tag });
  } catch {
    // No service worker there: the bell and the tab's title have to do.
  }
}
