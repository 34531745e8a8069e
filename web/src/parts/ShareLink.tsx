/* Sends a link to others by whatever the phone has for it; else it is copied. Its words are the page's: not every page knows of tables. */
import { Button, type ButtonProps } from '@mantine/core';
import { ShareIcon } from './icons';
import { useNotify } from './Notices';

interface Props extends ButtonProps {
  link: string;
  title: string;
  label: string;
  copied: string;
}

export function ShareLink({ link, title, label, copied, ...button }: Props) {
  const notify = useNotify();
  const share = async (): Promise<void> => {
    try {
      if (typeof navigator.share === 'function') await navigator.share({ title, url: link });
      else {
        await navigator.clipboard.writeText(link);
        notify.good(copied);
      }
    } catch (error) {
      // Closed without sending: nothing to say. No way to copy (an old browser, no https): the link itself.
      if (!(error instanceof DOMException && error.name === 'AbortError')) notify.good(link);
    }
  };
  return (
    <Button variant="light" leftSection={<ShareIcon size={18} />} onClick={() => void share()} {...button}>
      {label}
    </Button>
  );
}
