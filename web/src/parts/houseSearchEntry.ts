/* The search over the house with its words: what the key loads. */
import { withDeskTexts } from '@/texts/deskTexts';

export const load = () => withDeskTexts(async () => (await import('./HouseSearch')).HouseSearch);
