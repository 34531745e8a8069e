/* The desk's page with its words: what the router loads. */
import { withDeskTexts } from '@/texts/deskTexts';

export const load = () => withDeskTexts(async () => (await import('./DeskPage')).DeskPage);
