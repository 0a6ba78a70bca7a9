import { useQuery } from '@tanstack/react-query';
import { ListTools } from '#app/list/tools.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Code } from '#app/ui/code.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import type { Head } from '../audit/note.ts';
import { Card } from '#app/ui/card.tsx';
import { checkpointQuery, KEYS, keysQuery, PERMISSION } from './queries.ts';
import { words } from './words.ts';

/** The signed head of the trail, to be copied, and whether its signature is right. */
export function SignedHead() {
  const say = useTexts(words);
  const fmt = useFmt();
  const { data, error, refetch } = useQuery(checkpointQuery);
  return (
    <Card title={say.checkpoint} action={data?.head && <SignatureBadge head={data.head} />}>
      {data && (
        <div className="grid gap-2 px-5 pb-3">
          {data.head && (
            <p className="text-ink2">
              {say.entries}: <strong className="text-ink">{fmt.number(data.head.size)}</strong>
            </p>
          )}
          <Code name={say.note} text={data.note} />
          <p className="text-meta text-ink3">{say.checkpointText}</p>
        </div>
      )}
      {data === null && <p className="text-ink2 px-5 pb-3">{say.nothingChained}</p>}
      {data === undefined && error && <Failure error={error} permission={PERMISSION} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Skeleton rows={3} />}
    </Card>
  );
}

function SignatureBadge({ head: { isSigned } }: { readonly head: Head }) {
  const say = useTexts(words);
  if (isSigned === null) return <Badge state="warn">{say.unverified}</Badge>;
  return <Badge state={isSigned ? 'ok' : 'bad'}>{isSigned ? say.signed : say.unsigned}</Badge>;
}

export function Keys() {
  const say = useTexts(words);
  const { data, error, refetch } = useQuery(keysQuery);
  return (
    <Card title={say.keys} action={<ListTools title={say.keys} call={{ path: KEYS }} />}>
      {data && (
        <ul className="divide-line divide-y">
          {data.items.map(({ keyId, verifierKey, createdAt, isCurrent }) => (
            <li key={keyId} className="grid gap-1 px-5 py-2.5">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <Badge state={isCurrent ? 'ok' : 'plain'}>{isCurrent ? say.present : say.former}</Badge>
                <Copyable name={say.key} value={keyId} />
                <span className="text-meta text-ink3 ms-auto">
                  {say.created} <Time at={createdAt} />
                </span>
              </div>
              <div className="text-meta text-ink3 grid">
                {say.verifierKey}
                <Copyable name={say.verifierKey} value={verifierKey} />
              </div>
            </li>
          ))}
          {data.items.length === 0 && <li className="text-ink2 px-5 py-2">{say.nothingChained}</li>}
        </ul>
      )}
      {!data && error && <Failure error={error} permission={PERMISSION} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton rows={3} />}
    </Card>
  );
}
