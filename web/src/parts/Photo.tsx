/* A picture with its words in the reader's language, in a frame that is there before it; where there is none, the house's pattern. */
import type { Picture } from '@/data/bookingShapes';
import { useSay } from '@/texts';
import { Pattern } from './Pattern';
import classes from './Photo.module.css';

interface Props {
  pictures: readonly Picture[];
  /* What it is for: gives the pattern where there is no picture. */
  motif: string;
  /* In the first sight of the page: fetched before everything else. */
  first?: boolean;
  className?: string | undefined;
}

export function Photo({ pictures, motif, first = false, className }: Props) {
  const { language } = useSay();
  // The policy of the page shows pictures of our own origin only.
  const picture = pictures.find(({ url }) => url.startsWith('/'));
  return (
    <div className={`${classes.frame} ${className ?? ''}`}>
      {picture ? (
        <img
          src={picture.url}
          alt={picture.alt_by_locale[language] ?? picture.alt ?? ''}
          width={picture.width ?? undefined}
          height={picture.height ?? undefined}
          decoding="async"
          loading={first ? 'eager' : 'lazy'}
          fetchPriority={first ? 'high' : 'auto'}
        />
      ) : (
        <Pattern motif={motif} />
      )}
    </div>
  );
}
