import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTheme } from '#app/app/theme.ts';
import type { Plot } from '#app/chart/plot.ts';
import type { ChartColour, ChartMark, ChartSeries, Plotted } from '#app/chart/types.ts';
import { words } from '#app/chart/words.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';

export type { ChartMark, ChartSeries } from '#app/chart/types.ts';

const DOTS: Readonly<Record<ChartColour, string>> = { kashi: 'bg-kashi', ajor: 'bg-ajor', ink3: 'bg-ink3', ok: 'bg-ok', warn: 'bg-warn', bad: 'bg-bad', info: 'bg-info' }; // prettier-ignore
const DAY_SECONDS = 86_400;

interface ChartProps {
  readonly title: string;
  /** In the title, after the name: "per second". */
  readonly unit?: string;
  /** Of each value, in seconds since 1970, in order. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  /** What happened meanwhile, such as incidents. Those outside of `span` are left out. */
  readonly marks?: readonly ChartMark[];
  /** Of the axis, in seconds since 1970: what `toSeconds(range)` answers. Default: from the first to the last time. */
  readonly span?: readonly [number, number];
  /** Charts of one group share the cursor. Default: `page`. */
  readonly group?: string;
  /** Of a value; default: `fmt.number`. */
  readonly format?: (value: number) => string;
  /** After a drag over the chart, in seconds since 1970: `(from, to) => setRange(toRange(from, to))`. */
  readonly onZoom?: (from: number, to: number) => void;
  /** A line below the title, such as what the numbers leave out. */
  readonly note?: ReactNode;
}

/**
 * A chart over time, with the same numbers as a table. It runs from left to right in both languages; in Persian the values are
 * at the right. Nulls stay gaps. uPlot is loaded when the first chart is shown; until then its place is kept.
 *
 *     const [range, setRange] = useRange('1h');
 *     <Chart
 *       title={say.events} unit={say.perMinute} span={toSeconds(range)} onZoom={(from, to) => setRange(toRange(from, to))}
 *       times={buckets.map(({ from }) => Date.parse(from) / 1000)}
 *       series={[{ name: say.errors, colour: 'bad', look: 'bars', values: buckets.map(({ count }) => count) }]}
 *     />
 */
export function Chart({
  title,
  unit,
  times,
  series,
  marks = [],
  span,
  group = 'page',
  format,
  onZoom,
  note,
}: ChartProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const isRtl = useLanguage() === 'fa';
  const [theme] = useTheme();
  const [isTable, setTable] = useState(false);
  const [hovered, setHovered] = useState<number | null>(null);
  const [mark, setMark] = useState<ChartMark | null>(null);
  const ends = span ?? ([times[0] ?? 0, times.at(-1) ?? 1] as const);
  const shownMarks = marks.filter((one) => one.at >= ends[0] && one.at <= ends[1]);
  const toText = format ?? fmt.number;
  const plotted: Plotted = {
    times, series, marks: shownMarks, span: ends[0] < ends[1] ? ends : [ends[0] - 60, ends[0] + 60], group, isRtl, theme, format: toText, onZoom,
    onHover: (index, near) => (setHovered(index), setMark(near)),
    formatTime: (second) => (ends[1] - ends[0] > DAY_SECONDS ? fmt.dayTime(second * 1000) : fmt.clock(second * 1000)),
  }; // prettier-ignore
  const at = hovered === null ? undefined : times[hovered];
  return (
    <section className="border-line min-w-0 rounded-xl border pb-1" aria-label={title}>
      <header className="ps-4 pe-2 pt-1">
        <div className="flex min-h-9 items-center gap-3">
          <h2 className="min-w-0 flex-1 truncate font-semibold">
            {title} {unit && <span className="text-ink3 font-normal">{unit}</span>}
          </h2>
          {mark && (
            <bdi
              className={`text-meta min-w-0 truncate ${mark.colour === 'bad' ? 'text-bad' : 'text-info'}`}
            >{`${mark.title}, ${fmt.clock(mark.at * 1000)}`}</bdi>
          )}
          <span className="text-meta text-ink3 whitespace-nowrap">{at !== undefined && fmt.second(toIso(at))}</span>
          <Button
            isSquare
            look="quiet"
            aria-pressed={isTable}
            aria-label={`${isTable ? say.asChart : say.asTable}: ${title}`}
            title={isTable ? say.asChart : say.asTable}
            onClick={() => setTable(!isTable)}
          >
            <Icon name={isTable ? 'requests' : 'columns'} />
          </Button>
        </div>
        {/* One line of a fixed height: the values under the pointer move nothing. */}
        <ul className="text-meta text-ink2 flex h-5 items-center gap-x-4 overflow-hidden">
          {series.map(({ name, colour, values }) => (
            <li key={name} className="flex items-center gap-1.5 whitespace-nowrap">
              <i className={`h-[3px] w-3 rounded-full ${DOTS[colour]}`} />
              {name}
              {at !== undefined && <b className="text-ink font-semibold">{shown(values[hovered ?? 0])}</b>}
            </li>
          ))}
        </ul>
      </header>
      {note && <p className="text-meta text-ink3 px-4 pb-1">{note}</p>}
      {isTable ? (
        <Numbers title={title} times={times} series={series} toText={shown} />
      ) : (
        <Canvas plotted={plotted} label={toSentence()} isEmpty={times.length === 0} />
      )}
    </section>
  );

  function shown(value: number | null | undefined): string {
    return value === null || value === undefined ? say.gap : toText(value);
  }

  function toSentence(): string {
    if (times.length === 0) return `${title}. ${say.none}`;
    const parts = series.map(({ name, values }) => {
      const known = values.filter((value) => value !== null);
      const last = known.at(-1);
      if (last === undefined) return say.nothing(name);
      return say.part(name, toText(last), toText(Math.min(...known)), toText(Math.max(...known)));
    });
    for (const { title: what, at: moment } of shownMarks) parts.push(say.mark(what, fmt.instant(toIso(moment))));
    const [from = 0, to = from] = [times[0], times.at(-1)];
    return say.sentence(
      [title, unit].filter(Boolean).join(' '),
      fmt.instant(toIso(from)),
      fmt.instant(toIso(to)),
      parts.join(say.join),
    );
  }
}

function toIso(second: number): string {
  return new Date(second * 1000).toISOString();
}

function Canvas({ plotted, label, isEmpty }: { plotted: Plotted; label: string; isEmpty: boolean }) {
  const say = useTexts(words);
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const newest = useRef(plotted);
  useEffect(() => {
    newest.current = plotted;
    plot.current?.show(plotted);
  });
  useEffect(() => {
    let isGone = false;
    void import('#app/chart/plot.ts').then(({ createPlot }) => {
      if (!isGone && element.current) plot.current = createPlot(element.current, newest.current);
    });
    return () => {
      isGone = true;
      plot.current?.end();
      plot.current = null;
    };
  }, []);
  return (
    <div className="relative px-2">
      <div ref={element} dir="ltr" role="img" aria-label={label} className="h-44 overflow-hidden" />
      {isEmpty && <p className="text-ink3 absolute inset-0 grid place-items-center">{say.none}</p>}
    </div>
  );
}

interface NumbersProps {
  readonly title: string;
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly toText: (value: number | null | undefined) => string;
}

/** The newest first, as in lists. */
function Numbers({ title, times, series, toText }: NumbersProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    <div role="region" aria-label={say.table(title)} tabIndex={0} className="h-44 overflow-auto">
      <table className="w-full">
        <thead className="bg-raised text-meta text-ink2 sticky top-0">
          <tr>
            {[say.time, ...series.map(({ name }) => name)].map((head) => (
              <th key={head} scope="col" className="px-4 py-1 text-start font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-line divide-y">
          {times
            .map((time, at) => (
              <tr key={time}>
                <th scope="row" className="px-4 py-1 text-start font-normal whitespace-nowrap">
                  {fmt.second(toIso(time))}
                </th>
                {series.map(({ name, values }) => (
                  <td key={name} className="px-4 py-1">
                    {toText(values[at])}
                  </td>
                ))}
              </tr>
            ))
            .toReversed()}
        </tbody>
      </table>
    </div>
  );
}
