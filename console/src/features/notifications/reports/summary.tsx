import type { DeliveryLatency, DeliverySummary } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import type { Channel, Status } from '../kinds.ts';
import { words as shared } from '../words.ts';
import { words } from './words.ts';

const WAITING: readonly Status[] = ['pending', 'scheduled', 'sending'];

/** The numbers of the whole report. */
export function Summary({ summary }: { readonly summary: DeliverySummary | undefined }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const countOf = (...statuses: readonly Status[]) =>
    summary?.totals.filter(({ status }) => statuses.includes(status)).reduce((sum, { count }) => sum + count, 0);
  const number = (value: number | undefined) => (value === undefined ? '–' : fmt.number(value));
  const rate = summary?.successRate ?? null;
  return (
    <dl className="border-line bg-line grid grid-cols-2 gap-px overflow-hidden rounded-xl border lg:grid-cols-4">
      <Tile name={say.total} figure={number(summary?.totalCount)} />
      <Tile name={say.success} figure={rate === null ? '–' : fmt.share(rate)} note={say.successOf} />
      <Tile name={say.failed} figure={number(countOf('failed'))} isBad={(countOf('failed') ?? 0) > 0} />
      <Tile name={say.waiting} figure={number(countOf(...WAITING))} />
    </dl>
  );
}

interface TileProps {
  readonly name: string;
  readonly figure: string;
  readonly note?: string;
  readonly isBad?: boolean;
}

function Tile({ name, figure, note, isBad = false }: TileProps) {
  return (
    <div className="bg-sheet px-4 py-3">
      <dt className="text-ink2">{name}</dt>
      <dd>
        <span className={`text-figure font-semibold ${isBad ? 'text-bad' : ''}`}>{figure}</span>
        {note !== undefined && <span className="text-meta text-ink3 ms-2 max-sm:sr-only">{note}</span>}
      </dd>
    </div>
  );
}

/** How long it took, by channel, provider and template. */
export function Latencies({ latency }: { readonly latency: DeliverySummary['latency'] }) {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  const parts = (['byChannel', 'byProvider', 'byTemplate'] as const).filter((part) => latency[part].length > 0);
  if (parts.length === 0) return null;
  const nameOf = (part: string, key: string) => (part === 'byChannel' ? (kinds.channels[key as Channel] ?? key) : key);
  return (
    <section className="grid gap-3">
      <h2 className="text-ink2 font-semibold">{say.latency}</h2>
      <div className="grid items-start gap-4 xl:grid-cols-2">
        {parts.map((part) => (
          <LatencyTable
            key={part}
            title={say.latencyOf[part]}
            rows={latency[part].map((row) => ({ ...row, key: nameOf(part, row.key) }))}
          />
        ))}
      </div>
    </section>
  );
}

function LatencyTable({ title, rows }: { readonly title: string; readonly rows: readonly DeliveryLatency[] }) {
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    <div role="region" aria-label={title} tabIndex={0} className="border-line overflow-x-auto rounded-xl border">
      <table className="w-full">
        <thead className="bg-raised text-meta text-ink2">
          <tr>
            {[title, say.count, say.p50, say.p95, say.p99].map((head) => (
              <th key={head} scope="col" className="px-3 py-2 text-start font-medium whitespace-nowrap">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-line divide-y">
          {rows.map(({ key, count, p50Ms, p95Ms, p99Ms }) => (
            <tr key={key}>
              <th scope="row" className="w-full min-w-28 px-3 py-1.5 text-start font-normal">
                <bdi>{key}</bdi>
              </th>
              <td className="px-3 whitespace-nowrap">{fmt.number(count)}</td>
              {[p50Ms, p95Ms, p99Ms].map((ms, at) => (
                <td key={at} className="text-ink2 px-3 whitespace-nowrap">
                  {fmt.duration(Math.round(ms))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
