import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import type { FixedRange } from '#app/range/range.ts';
import { Button } from '#app/ui/button.tsx';
import { histogramQuery, type Asked } from './queries.ts';
import { words } from './words.ts';

const MOST_BARS = 80;

interface Bar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

interface HistogramProps {
  readonly asked: Asked;
  readonly onRange: (range: FixedRange) => void;
}

/** How many lines there are at which time, left to right in both languages. A click or a drag chooses a time. */
export function Histogram({ asked, onRange }: HistogramProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { data, isPlaceholderData } = useQuery(histogramQuery(asked));
  const [isTable, setTable] = useState(false);
  const [drag, setDrag] = useState<readonly [number, number] | null>(null);
  const bars = data ? toBars(data.buckets, data.bucketSeconds * 1000, Date.parse(data.from), Date.parse(data.to)) : [];
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const choose = (first: number, last: number) => {
    const [begin, end] = [bars[Math.min(first, last)], bars[Math.max(first, last)]];
    if (begin && end) onRange({ from: toIso(begin.from), to: toIso(end.to) });
  };
  const at = ({ clientX, currentTarget }: React.PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return Math.min(bars.length - 1, Math.max(0, Math.floor(((clientX - left) / width) * bars.length)));
  };
  const isMarked = (index: number) => drag !== null && index >= Math.min(...drag) && index <= Math.max(...drag);
  return (
    <figure className="border-line grid gap-1 rounded-xl border px-4 pt-3 pb-2">
      <div
        dir="ltr"
        role="img"
        aria-label={
          data ? say.histogram(fmt.number(data.totalCount), fmt.instant(data.from), fmt.instant(data.to)) : say.count
        }
        title={say.dragHelp}
        onPointerDown={(event) => {
          if (event.button !== 0 || bars.length === 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag([at(event), at(event)]);
        }}
        onPointerMove={(event) => drag && setDrag([drag[0], at(event)])}
        onPointerUp={() => {
          if (drag) choose(...drag);
          setDrag(null);
        }}
        onPointerCancel={() => setDrag(null)}
        aria-busy={isPlaceholderData}
        className="dims flex h-16 cursor-crosshair touch-none items-end gap-px select-none"
      >
        {bars.map(({ from, count }, index) => (
          <span
            key={from}
            title={say.bar(fmt.number(count), fmt.instant(toIso(from)))}
            className={`flex h-full flex-1 items-end ${isMarked(index) ? 'bg-kashi-soft' : ''}`}
          >
            <span
              className="bg-kashi w-full rounded-t-[2px]"
              style={{ height: count === 0 ? 0 : `${Math.max(3, (count / most) * 100)}%` }}
            />
          </span>
        ))}
      </div>
      <figcaption className="text-label text-ink3 flex items-center justify-between gap-2">
        <span dir="ltr" className="flex flex-1 justify-between gap-2">
          {data && (
            <>
              <bdi>{fmt.dayTime(Date.parse(data.from))}</bdi>
              <bdi>{fmt.dayTime(Date.parse(data.to))}</bdi>
            </>
          )}
          {!data && <span>&nbsp;</span>}
        </span>
        <button
          type="button"
          aria-expanded={isTable}
          className="min-h-6 px-1 underline"
          onClick={() => setTable(!isTable)}
        >
          {isTable ? say.asChart : say.asTable}
        </button>
      </figcaption>
      {data?.sampled === true && <p className="text-meta text-ink3">{say.sampled(fmt.share(data.fraction))}</p>}
      {isTable && <BarTable bars={bars.filter(({ count }) => count > 0)} onChoose={onRange} />}
    </figure>
  );
}

function BarTable({
  bars,
  onChoose,
}: {
  readonly bars: readonly Bar[];
  readonly onChoose: (range: FixedRange) => void;
}) {
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    <div role="region" aria-label={say.count} tabIndex={0} className="max-h-60 overflow-y-auto">
      <table className="w-full">
        <thead className="text-meta text-ink2">
          <tr>
            <th scope="col" className="py-1 text-start font-medium">
              {say.from}
            </th>
            <th scope="col" className="py-1 text-end font-medium">
              {say.count}
            </th>
          </tr>
        </thead>
        <tbody className="divide-line divide-y">
          {bars.map(({ from, to, count }) => (
            <tr key={from}>
              <th scope="row" className="text-start font-normal">
                <Button look="quiet" onClick={() => onChoose({ from: toIso(from), to: toIso(to) })}>
                  {fmt.second(toIso(from))}
                </Button>
              </th>
              <td className="text-end">{fmt.number(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The server answers only bars with lines, and may make them narrower than was asked for; gaps stay gaps. */
function toBars(
  buckets: readonly { readonly from: string; readonly count: number }[],
  bucketMs: number,
  from: number,
  to: number,
): Bar[] {
  const step = bucketMs * Math.max(1, Math.ceil((to - from) / bucketMs / MOST_BARS));
  const first = Math.floor(from / step) * step;
  const bars: { from: number; to: number; count: number }[] = [];
  for (let at = first; at < to; at += step) bars.push({ from: at, to: at + step, count: 0 });
  for (const bucket of buckets) {
    const bar = bars[Math.floor((Date.parse(bucket.from) - first) / step)];
    if (bar) bar.count += bucket.count;
  }
  return bars;
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
