import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { AuditEntry } from '#client';
import { pages } from '#app/app/pages.ts';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Json } from '#app/ui/code.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts, Section } from '#app/ui/facts.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Tabs } from '#app/ui/tabs.tsx';
import { Time } from '#app/ui/time.tsx';
import { Changes } from './changes-table.tsx';
import { toChanges, toRest } from './changes.ts';
import { ProofTab } from './proof-tab.tsx';
import { entryQuery, PERMISSION } from './queries.ts';
import type { AuditSearch } from './search.ts';
import { LOOKS } from './page.tsx';
import { Who } from './who.tsx';
import { words } from './words.ts';

const route = getRouteApi('/audit');

export function EntryDrawer(row: RowDrawerProps) {
  const say = useTexts(words);
  const queries = useQueryClient();
  const { tab = 'entry' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <RowDrawer
      {...row}
      isWide
      title={(entry) => entry?.action ?? say.entry}
      query={useQuery(entryQuery(row.id, queries))}
      permission={PERMISSION}
    >
      {(entry) => (
        <div className="pt-2">
          <Tabs
            label={say.entry}
            value={tab}
            options={[
              ['entry', say.entry],
              ['proof', say.proof],
            ]}
            onChange={(next) =>
              void navigate({ search: (before) => ({ ...before, tab: next === 'proof' ? next : undefined }) })
            }
          >
            {tab === 'proof' ? <ProofTab key={entry.id} entry={entry} /> : <EntryTab entry={entry} />}
          </Tabs>
        </div>
      )}
    </RowDrawer>
  );
}

function EntryTab({ entry }: { readonly entry: AuditEntry }) {
  const say = useTexts(words);
  const { payload } = entry;
  const changes = payload && toChanges(payload);
  const rest = payload && toRest(payload);
  return (
    <div className="grid gap-5 pb-5">
      {entry.isTampered && (
        <p role="alert" className="bg-bad-soft text-bad mx-5 flex items-center gap-2 rounded-lg px-3 py-2">
          <Icon name="warning" />
          <strong>{say.tamperedText}</strong>
        </p>
      )}
      <EntryFacts entry={entry} />
      <div className="grid gap-5 px-5">
        {changes && (
          <Section title={say.changes}>
            <Changes changes={changes} />
          </Section>
        )}
        {rest && (
          <Section title={say.details}>
            <Json name={say.details} value={rest} />
          </Section>
        )}
        {!changes && !rest && <p className="text-ink3">{payload ? say.noDetails : say.erased}</p>}
      </div>
    </div>
  );
}

function EntryFacts({ entry }: { readonly entry: AuditEntry }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { actorId, actorType, impersonatorId, subjectId, resourceType, resourceId, sequence, traceId } = entry;
  return (
    <Facts>
      <Fact name={say.at}>
        <Time at={entry.timestampUtc} as="second" />
      </Fact>
      <Fact name={say.outcome}>
        <Badge state={LOOKS[entry.outcome]}>{say.outcomes[entry.outcome]}</Badge>
      </Fact>
      <Fact name={say.actor}>
        <Value name={say.actor} value={actorId} only={{ actor: actorId }}>
          <Who isNamed type={actorType} id={actorId} />
        </Value>
      </Fact>
      {impersonatorId !== null && (
        <Fact name={say.by}>
          <Value name={say.by} value={impersonatorId} only={{ by: impersonatorId }}>
            <Who isNamed type="user" id={impersonatorId} />
          </Value>
        </Fact>
      )}
      {subjectId !== null && subjectId !== '' && (
        <Fact name={say.subject}>
          <Value name={say.subject} value={subjectId} only={{ resource: subjectId }}>
            <Who isNamed type="user" id={subjectId} />
          </Value>
        </Fact>
      )}
      <Fact name={say.resource}>
        <Value name={say.resource} value={resourceId} only={{ type: resourceType, resource: resourceId }}>
          <bdi>{resourceType}</bdi>
        </Value>
      </Fact>
      <Fact name={say.address}>{entry.ip ? <Copyable name={say.address} value={entry.ip} /> : say.none}</Fact>
      <Fact name={say.agent}>
        <bdi className="text-meta">{entry.userAgent ?? say.none}</bdi>
      </Fact>
      <Fact name={say.request}>
        {entry.requestId === '' ? say.none : <Copyable name={say.request} value={entry.requestId} />}
      </Fact>
      <Fact name={say.trace}>{traceId ? <Trace id={traceId} at={entry.timestampUtc} /> : say.none}</Fact>
      <Fact name={say.sequence}>{sequence === null ? say.unsealed : fmt.number(sequence)}</Fact>
      <Fact name={say.id}>
        <Copyable name={say.id} value={entry.id} />
      </Fact>
    </Facts>
  );
}

const HOUR_MS = 3_600_000;

/** The id, and for those who may see them, the log lines around the entry that have it. */
function Trace({ id, at }: { readonly id: string; readonly at: string }) {
  const say = useTexts(words);
  const { can } = useMe();
  const logs = pages.find(({ path }: { readonly path: string }) => path === '/logs');
  const away = (ms: number) => new Date(new Date(at).getTime() + ms).toISOString();
  const search = { query: `trace:${id}`, from: away(-HOUR_MS), to: away(HOUR_MS) };
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3">
      <Copyable name={say.trace} value={id} />
      {logs && can(logs.permission) && (
        <Link to={logs.path} search={search as never} className="text-kashi underline">
          {say.logLines}
        </Link>
      )}
    </span>
  );
}

interface ValueProps {
  readonly name: string;
  readonly value: string;
  readonly only: AuditSearch;
  readonly children: React.ReactNode;
}

/** A value, its id, and the list of the entries that have it too. */
function Value({ name, value, only, children }: ValueProps) {
  const say = useTexts(words);
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5">
      {children}
      {value !== '' && (
        <>
          <Copyable name={name} value={value} />
          <Link
            to="/audit"
            search={only}
            aria-label={say.onlyThis(name)}
            title={say.onlyThis(name)}
            className="text-kashi inline-grid size-6 place-items-center"
          >
            <Icon name="filter" className="size-3.5" />
          </Link>
        </>
      )}
    </span>
  );
}
