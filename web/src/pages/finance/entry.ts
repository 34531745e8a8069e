/* The page of the books with its words: what the router loads. */
import { withDeskTexts } from '@/texts/deskTexts';

export const load = () => withDeskTexts(async () => (await import('./FinancePage')).FinancePage);
