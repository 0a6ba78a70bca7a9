import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { AuditEntry } from '#client';
import { tamperedQuery } from '#app/features/integrity/tampered.ts';
import type { Column } from '#app/list/columns.ts';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge, type State } from '#app/ui/badge.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Time } from '#app/ui/time.tsx';
import { EntryDrawer } from './drawer.tsx';
import { useWholeExports } from './export.ts';
import { Filters } from './filters.tsx';
import { auditQuery, PATH, PERMISSION, toAuditQuery } from './queries.ts';
import { isFiltered } from './search.ts';
import { Who } from './who.tsx';
import { words } from './words.ts';

const route = getRouteApi('/audit');
export const LOOKS: Readonly<Record<AuditEntry['outcome'], State>> = { success: 'plain', failure: 'warn', denied: 'bad' }; // prettier-ignore

export function AuditPage() {
  const say = useTexts(words);
  const search = route.useSearch();
  const view = useListView('audit');
  const asked = toAuditQuery(search, view[0].size);
  const query = useQuery(auditQuery(asked));
  const goesOn = query.data?.items.length === 0 && query.data.nextCursor !== null;
  return (
    <ListPage
      title={say.title}
      query={query}
      permission={PERMISSION}
      call={{ path: PATH, query: asked }}
      exports={useWholeExports(asked)}
      view={view}
      idOf={({ id }) => id}
      nameTitle={say.action}
      name={(entry) => <Action entry={entry} />}
      plainName={({ action }) => action}
      columns={useColumns()}
      filters={<Filters search={search} />}
      isFiltered={isFiltered(search)}
      notice={<Notice archivedUntil={query.data?.archivedUntil ?? null} isShown={search.tampered !== 'true'} />}
      empty={say.empty}
      emptyFiltered={goesOn ? say.searchGoesOn : say.emptyFiltered}
      drawer={(id, ids, onGo) => <EntryDrawer id={id} ids={ids} onGo={onGo} />}
    />
  );
}

function Action({ entry: { action, isTampered } }: { readonly entry: AuditEntry }) {
  const say = useTexts(words);
  return (
    <span className={`flex min-w-0 items-center gap-2 ${isTampered ? 'text-bad' : ''}`}>
      <bdi className="truncate font-mono text-[12px]">{action}</bdi>
      {isTampered && (
        <Badge state="bad">
          <Icon name="warning" className="me-1 size-3.5" />
          {say.tampered}
        </Badge>
      )}
    </span>
  );
}

function useColumns(): readonly Column<AuditEntry>[] {
  const say = useTexts(words);
  const fmt = useFmt();
  return [
    { key: 'at', title: say.at, cell: ({ timestampUtc }) => <Time at={timestampUtc} as="second" />, isOnPhone: true },
    {
      key: 'actor',
      title: say.actor,
      cell: ({ actorType, actorId }) => <Who type={actorType} id={actorId} />,
      isOnPhone: true,
    },
    {
      key: 'resource',
      title: say.resource,
      cell: ({ resourceType, resourceId }) => (
        <>
          <bdi>{resourceType}</bdi> <bdi className="text-ink3 font-mono text-[12px]">{toShort(resourceId)}</bdi>
        </>
      ),
    },
    {
      key: 'outcome',
      title: say.outcome,
      cell: ({ outcome }) => <Badge state={LOOKS[outcome]}>{say.outcomes[outcome]}</Badge>,
      isOnPhone: true,
    },
    {
      key: 'sequence',
      title: say.sequence,
      isNumber: true,
      cell: ({ sequence }) => (sequence === null ? say.unsealed : fmt.number(sequence)),
      isExtra: true,
    },
    {
      key: 'address',
      title: say.address,
      cell: ({ ip }) => <bdi className="font-mono text-[12px]">{ip ?? say.none}</bdi>,
      isExtra: true,
    },
  ];
}

/** The end of a long id: the beginning of all new ones is the same. */
function toShort(id: string): string {
  return id.length > 20 ? `…${id.slice(-8)}` : id;
}

/** What the list does not show by itself: that entries were tampered with, and that old ones are elsewhere. */
function Notice({ archivedUntil, isShown }: { readonly archivedUntil: string | null; readonly isShown: boolean }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { data } = useQuery(tamperedQuery);
  const count = data ? (data.totalCount ?? data.items.length) : 0;
  return (
    <>
      {count > 0 && (
        <p
          role="alert"
          className="bg-bad-soft text-bad flex flex-wrap items-center gap-x-4 gap-y-1 rounded-lg px-3 py-2"
        >
          <span className="flex items-center gap-2 font-semibold">
            <Icon name="warning" />
            {count === 1 ? say.tamperedOne : say.tamperedCount(fmt.number(count))}
          </span>
          {isShown && (
            <Link to="/audit" search={{ tampered: 'true' }} className="font-semibold underline">
              {say.showTampered}
            </Link>
          )}
        </p>
      )}
      {archivedUntil !== null && <p className="text-meta text-ink3">{say.archived(fmt.instant(archivedUntil))}</p>}
    </>
  );
}
