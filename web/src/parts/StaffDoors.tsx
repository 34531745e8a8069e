/* Where the people who work here go. */
import { Anchor } from '@mantine/core';
import { useTexts } from '@/texts';

export function StaffDoors({ hasDining, className }: { hasDining: boolean; className: string | undefined }) {
  const t = useTexts();
  return (
    <>
      {hasDining && (
        <>
          <Anchor href="/kitchen" className={className}>
            {t.home.kitchen}
          </Anchor>
          <Anchor href="/floor" className={className}>
            {t.home.floor}
          </Anchor>
        </>
      )}
      <Anchor href="/login" className={className}>
        {t.home.signIn}
      </Anchor>
    </>
  );
}
