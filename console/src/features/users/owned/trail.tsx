import { useState } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AuditEntry } from '#client';
import { useTexts } from '#app/text/language.ts';
import { Badge, type State } from '#app/ui/badge.tsx';
import { Json } from '#app/ui/code.tsx';
import { Chips } from '#app/ui/list.tsx';
import { Time } from '#app/ui/time.tsx';
import { filterOf, TRAIL, trailQuery } from '../queries.ts';
import { words } from '../words.ts';
import { OwnedRows } from './rows.tsx';

const OUTCOMES: Readonly<Record<AuditEntry['outcome'], State>> = { success: 'ok', failure: 'bad', denied: 'warn' };

/** The entries of the audit trail by and about the person. */
export function Trail({ userId }: { readonly userId: string }) {
  const say = useTexts(words);
  const [side, setSide] = useState<'by' | 'to'>('to');
  return (
    <div className="grid gap-3 px-5">
      <OwnedRows
        query={useInfiniteQuery(trailQuery(userId, side))}
        title={say.tabs.audit}
        head={
          <div className="flex flex-1 flex-wrap items-center justify-between gap-2">
            <Chips<'by' | 'to'>
              label={say.trail}
              value={side}
              options={[
                ['to', say.trailTo],
                ['by', say.trailBy],
              ]}
              onChange={setSide}
            />
            <Link
              to="/audit"
              search={side === 'by' ? { actor: userId } : { resource: userId }}
              className="text-kashi min-h-6 hover:underline"
            >
              {say.openTrail}
            </Link>
          </div>
        }
        call={{ path: TRAIL, query: filterOf(userId, side) }}
        permission="audit.read"
        empty={say.trailEmpty}
        row={(entry) => <Entry key={entry.id} entry={entry} />}
      />
    </div>
  );
}

function Entry({ entry }: { readonly entry: AuditEntry }) {
  const say = useTexts(words);
  const { id, action, outcome, timestampUtc, ip, resourceType, resourceId, payload } = entry;
  return (
    <li>
      <details className="group">
        <summary className="hover:bg-raised flex cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 rounded-[inherit] px-4 py-2">
          <span className="min-w-0 flex-1">
            <bdi className="font-mono text-[12px] break-all">{action}</bdi>
          </span>
          <Badge state={OUTCOMES[outcome]}>{say.outcomes[outcome]}</Badge>
          <span className="text-ink2">
            <Time at={timestampUtc} />
          </span>
        </summary>
        <div className="grid gap-2 px-4 pb-3">
          <p className="text-meta text-ink2 flex flex-wrap gap-x-3">
            <bdi>{`${resourceType} ${resourceId}`}</bdi>
            {ip !== null && <bdi>{ip}</bdi>}
          </p>
          {payload && <Json name={action} value={payload} />}
          <Link to="/audit" search={{ open: id }} className="text-kashi min-h-6 justify-self-start hover:underline">
            {say.openEntry}
          </Link>
        </div>
      </details>
    </li>
  );
}
