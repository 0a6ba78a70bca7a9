import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { LogEvent } from '#client';
import type { Range } from '#app/range/range.ts';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { buttonClass } from '#app/ui/button.tsx';
import { Json } from '#app/ui/code.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { Tabs } from '#app/ui/tabs.tsx';
import { Time } from '#app/ui/time.tsx';
import { useGo } from './go.ts';
import { LevelMark } from './level.tsx';
import { contextQuery, eventQuery } from './queries.ts';
import { tabs, type EventTab } from './search.ts';
import { TermButtons } from './query/term-buttons.tsx';
import { toTerm } from './query/terms.ts';
import { words } from './words.ts';

const HOUR_MS = 3_600_000;
const route = getRouteApi('/logs');

/** The fields of an event, and their names in queries; null where none is. */
const FIELDS = {
  sourceService: 'service', sourceModule: 'module', sourceInstance: 'instance', outcome: 'outcome', traceId: 'trace', spanId: 'span',
  requestId: 'request', httpMethod: 'method', httpPath: 'path', httpStatusCode: 'status', errorCode: 'error', errorStackHash: null,
  actorType: 'actorType', actorId: 'actor', tenantId: 'tenant', sessionId: 'session', ip: 'ip', userAgent: null, deviceInfo: null,
} as const; // prettier-ignore
/** Behind the payload: what ingest has made of it. */
const MADE = { pattern: 'pattern', fingerprint: 'fingerprint', checksum: null, id: null } as const;

export function EventDrawer({ range, ...row }: RowDrawerProps & { readonly range: Range }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { tab = 'fields' } = route.useSearch();
  const { change } = useGo();
  const query = useQuery(eventQuery(row.id));
  return (
    <RowDrawer
      {...row}
      isWide
      title={(event) => (event ? `${say.event}: ${fmt.line(event.timestampUtc)}` : say.event)}
      query={query}
      permission="logging.events.read"
    >
      {(event) => (
        <Tabs<EventTab>
          label={say.tab}
          value={tab}
          options={tabs.map((one) => [one, say.tabs[one]] as const)}
          onChange={(next) => change({ tab: next === 'fields' ? undefined : next })}
        >
          {tab === 'fields' && <Fields event={event} range={range} />}
          {tab === 'context' && <Context eventId={event.id} />}
          {tab === 'json' && (
            <div className="px-5 pb-5">
              <Json name={say.event} value={event} />
            </div>
          )}
        </Tabs>
      )}
    </RowDrawer>
  );
}

function Fields({ event, range }: { readonly event: LogEvent; readonly range: Range }) {
  const say = useTexts(words);
  const toRows = <N extends keyof typeof FIELDS | keyof typeof MADE>(fields: Readonly<Record<N, string | null>>) =>
    (Object.keys(fields) as N[]).map((name) => {
      const value = event[name];
      const text = value === null ? '' : String(value);
      return text === '' ? null : <Row key={name} title={say.fields[name]} term={fields[name]} value={text} />;
    });
  return (
    <div className="grid gap-4 pb-5">
      <p dir="auto" className="px-5 font-mono text-[12.5px] leading-5 whitespace-pre-wrap [overflow-wrap:anywhere]">
        {event.message}
      </p>
      {event.traceId !== null && (
        <p className="px-5">
          <Link
            to="/logs"
            search={{ query: toTerm({ field: 'trace', value: event.traceId }), ...around(event, range) }}
            className={buttonClass()}
          >
            {say.trace}
          </Link>
        </p>
      )}
      <dl className="divide-line border-line divide-y border-t px-5">
        <Row title={say.level} term="level" value={event.level}>
          <LevelMark level={event.level} size="" />
        </Row>
        <Row title={say.time}>
          <Time at={event.timestampUtc} as="millisecond" />
        </Row>
        <Row title={say.received}>
          <Time at={event.receivedAt} as="millisecond" />
        </Row>
        {toRows(FIELDS)}
        {event.tags.map((tag) => (
          <Row key={`tag ${tag}`} title={say.fields.tags} term="tag" value={tag} />
        ))}
        {leavesOf(event.payload, 'payload').map(([path, value, isPlain]) => (
          <Row key={path} title={path} term={isPlain ? path : null} value={value} isMono />
        ))}
        {toRows(MADE)}
      </dl>
    </div>
  );
}

interface RowProps {
  readonly title: string;
  /** The name in queries. */
  readonly term?: string | null;
  readonly value?: string;
  readonly isMono?: boolean;
  readonly children?: React.ReactNode;
}

function Row({ title, term = null, value, isMono = false, children }: RowProps) {
  const { query = '' } = route.useSearch();
  const { change } = useGo();
  return (
    <div className="grid min-h-9 grid-cols-[112px_1fr_56px] items-center gap-3 py-1 sm:grid-cols-[168px_1fr_56px]">
      <dt className={`text-ink3 [overflow-wrap:anywhere] ${isMono ? 'font-mono text-[12px]' : ''}`}>
        <bdi>{title}</bdi>
      </dt>
      <dd className="min-w-0">{children ?? <Copyable name={title} value={value ?? ''} />}</dd>
      {term !== null && value !== undefined && (
        <dd>
          <TermButtons
            term={{ field: term, value }}
            query={query}
            onQuery={(next) => change({ query: next || undefined, open: undefined, tab: undefined })}
          />
        </dd>
      )}
    </div>
  );
}

/** What the same process has written before and after. */
function Context({ eventId }: { readonly eventId: string }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { hrefOf, open } = useGo();
  const { data, error, refetch } = useQuery(contextQuery(eventId));
  if (error && !data) return <Failure error={error} permission="logging.events.read" onRetry={() => void refetch()} />;
  if (!data) return <Skeleton rows={8} className="h-8" />;
  const { before, event, after, complete } = data;
  return (
    <div className="grid gap-2 pb-5">
      <p className="text-ink2 px-5">{complete ? say.context : `${say.context} ${say.contextIncomplete}`}</p>
      <ol className="border-line divide-line divide-y border-y">
        {[...before, event, ...after].map((line) => (
          <li key={line.id}>
            <a
              href={hrefOf(line.id)}
              aria-current={line.id === eventId ? 'true' : undefined}
              onClick={(click) => {
                if (click.ctrlKey || click.metaKey || click.shiftKey) return;
                click.preventDefault();
                open(line.id);
              }}
              className="hover:bg-raised aria-[current]:bg-kashi-soft flex min-h-8 flex-wrap items-center gap-x-3 px-5 py-1 -outline-offset-2!"
            >
              <time dateTime={line.timestampUtc} className="text-meta text-ink3 whitespace-nowrap">
                {fmt.line(line.timestampUtc)}
              </time>
              <LevelMark level={line.level} />
              <span
                dir="auto"
                className="min-w-0 flex-1 basis-60 font-mono text-[12px] [overflow-wrap:anywhere] text-parent"
              >
                {line.message}
              </span>
            </a>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Where the lines of a trace are: an hour around this one, unless the range is one that ends now. */
function around({ timestampUtc }: LogEvent, range: Range) {
  if (typeof range === 'string') return { range };
  const at = Date.parse(timestampUtc);
  return { from: new Date(at - HOUR_MS).toISOString(), to: new Date(at + HOUR_MS).toISOString() };
}

/** Path, text, and whether a query can compare it. Lists stay whole. */
function leavesOf(value: unknown, path: string): (readonly [string, string, boolean])[] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, `${path}.${key}`));
  const isPlain = typeof value !== 'object' && /^[\w.-]+$/.test(path);
  return [[path, typeof value === 'string' ? value : JSON.stringify(value), isPlain]];
}
