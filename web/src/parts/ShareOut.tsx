/* Sends a link to others by whatever the phone has for it; else it is copied. As ShareLink.tsx, for pages that know no table. */
import { Button } from '@mantine/core';
import { useTexts } from '@/texts';
import { ShareIcon } from './icons';
import { useNotify } from './Notices';

export function ShareOut({ link, title }: { link: string; title: string }) {
  const t = useTexts();
  const notify = useNotify();
  const share = async (): Promise<void> => {
    try {
      if (typeof navigator.share === 'function') await navigator.share({ title, url: link });
      else {
        await navigator.clipboard.writeText(link);
        notify.good(t.party.linkCopied);
      }
    } catch (error) {
      // Closed without sending: nothing to say. No way to copy: the link itself.
      if (!(error instanceof DOMException && error.name === 'AbortError')) notify.good(link);
    }
  };
  return (
    <Button variant="light" leftSection={<ShareIcon size={18} />} onClick={() => void share()}>
      {t.party.share}
    </Button>
  );
}
