/* /t/<table>: what the code on the table opens. A stranger starts or joins; somebody with a pass orders. */
import { useQuery } from '@tanstack/react-query';
import { Anchor, Button } from '@mantine/core';
import { Suspense, useState } from 'react';
import { isRefusal } from '@/data/refusal';
import { useServices } from '@/data/services';
import { forgetPass, recallPass, type Pass } from '@/data/pass';
import { tableQuery } from '@/data/table';
import { Frame } from '@/parts/Frame';
import { Loading } from '@/parts/Loading';
import { Problem } from '@/parts/Problem';
import { PlaceProvider } from '@/parts/say';
import { useTexts } from '@/texts';
import { asString, recall } from '@/lib/keep';
import { later } from '@/lib/later';
import { speaking } from '@/texts/speaking';
import { Welcome } from './Welcome';

/* Whoever sits already loads it with the page (src/app.tsx), everybody else while they type their name. */
const Seated = later(() => speaking(['seated'], async () => (await import('./Seated')).Seated));

export function TablePage({ code }: { code: string }) {
  return <TableOf key={code} code={code} />;
}

function TableOf({ code }: { code: string }) {
  const t = useTexts();
  const { publicApi, config } = useServices();
  const [pass, setPass] = useState<Pass | undefined>(() => recallPass(code));
  const [isOver, setIsOver] = useState(false);
  const receipt = isOver ? recall(`receipt.${code}`, asString) : undefined;
  const table = useQuery({ ...tableQuery(publicApi, code), enabled: pass === undefined });

  if (pass) {
    return (
      <Suspense fallback={<Loading />}>
        <Seated
          key={pass.token}
          code={code}
          pass={pass}
          onOver={(finished) => {
            forgetPass(code);
            setPass(undefined);
            setIsOver(finished);
          }}
        />
      </Suspense>
    );
  }
  if (isOver) {
    return (
      <Frame title={config.name}>
        <Problem what={{ title: t.table.overTitle, hint: t.table.overText }}>
          {receipt && (
            <Button component="a" href={`/r/${receipt}`} variant="light">
              {t.table.receipt}
            </Button>
          )}
          <Button onClick={() => setIsOver(false)}>{t.table.again}</Button>
        </Problem>
      </Frame>
    );
  }
  if (table.data) {
    return (
      <PlaceProvider restaurant={table.data.restaurant}>
        <Welcome code={code} view={table.data} onEntered={setPass} />
      </PlaceProvider>
    );
  }
  return (
    <Frame title={config.name}>
      {table.isPending && !table.isError ? (
        <Loading />
      ) : isRefusal(table.error, 404) ? (
        <Problem what={{ title: t.table.unknown, hint: t.table.unknownHint }}>
          <Anchor href="/">{t.notFound.home}</Anchor>
        </Problem>
      ) : (
        <Problem error={table.error} onRetry={() => void table.refetch()} />
      )}
    </Frame>
  );
}
