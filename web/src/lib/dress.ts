/* Dresses the page in its fonts. Never before something can be read: on a first visit they come when somebody touches the page, in one go; from then on they
 * are on the device, and the page begins in them. */
import { recall, keep, asBoolean } from './keep';
import { atFirstTouch } from './later';

/* Longer than a browser takes to read them from its own disk, and too short to be waited for. */
const FROM_DISK_MS = 250;

async function dress(): Promise<void> {
  const { fontsAreThere } = await import('@/fonts');
  await fontsAreThere();
  document.documentElement.dataset['fonts'] = 'on';
  keep('fonts', true);
}

/* Resolves when the page may be shown. */
export async function dressed(): Promise<void> {
  if (!('fonts' in document)) return;
  if (!recall('fonts', asBoolean)) {
    // Without them it reads as well.
    atFirstTouch(() => void dress().catch(() => {}));
    return;
  }
  await Promise.race([dress().catch(() => {}), new Promise((resolve) => setTimeout(resolve, FROM_DISK_MS))]);
}
