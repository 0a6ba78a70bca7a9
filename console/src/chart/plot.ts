/** uPlot, in the colours, fonts and direction of the page. Loaded only where a chart is shown. */
import UPlot, { type AlignedData, type Options, type Series } from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ChartMark, Plotted } from './types.ts';

const HEIGHT = 176;
const MARK_PX = 8; // from the pointer, and half of the size of its stone
const FAMILIES = ['Hanken Grotesk Variable', 'Vazirmatn Variable'];

export interface Plot {
  readonly show: (plotted: Plotted) => void;
  readonly end: () => void;
}

/** Draws into the element, again whenever its width, the theme of the system or the fonts change, until `end`. */
export function createPlot(element: HTMLElement, first: Plotted): Plot {
  let shown = first;
  let plot = build(element, shown);
  const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
  resize.observe(element);
  const rebuild = () => {
    plot.destroy();
    plot = build(element, shown);
  };
  const system = matchMedia('(prefers-color-scheme: dark)');
  system.addEventListener('change', rebuild);
  // Text on a canvas is drawn with whatever font is ready.
  const sample = shown.isRtl ? '۱۲۳' : '123';
  void Promise.all(FAMILIES.map((family) => document.fonts.load(`11px "${family}"`, sample))).then(() =>
    plot.redraw(false, true),
  );
  return {
    show(next) {
      const isSame = lookOf(next) === lookOf(shown);
      shown = next;
      if (isSame) plot.setData(toData(next), true); // draws the marks too
      else rebuild();
    },
    end() {
      system.removeEventListener('change', rebuild);
      resize.disconnect();
      plot.destroy();
    },
  };

  function build(target: HTMLElement, { isRtl, series, group }: Plotted): UPlot {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => resolve(target, `var(--${name})`);
    const font = `11px ${style.getPropertyValue('--family')}`;
    const axis = { stroke: colour('ink3'), font, ticks: { show: false } };
    const options: Options = {
      width: target.clientWidth,
      height: HEIGHT,
      padding: [10, isRtl ? 0 : 16, 0, isRtl ? 16 : 0],
      legend: { show: false },
      cursor: {
        y: false,
        sync: { key: group },
        points: { size: 7, fill: () => colour('sheet') },
        drag: { x: true, y: false, setScale: false },
      },
      scales: {
        x: { time: false, range: () => [shown.span[0], endOf(shown)] },
        y: { range: (_, __, most) => [0, niceTop(Number.isFinite(most) ? most : 0)] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 28,
          gap: 8,
          space: 90,
          incrs: TIME_STEPS,
          splits: (_, __, from, to, step) => toSplits(from, to, step),
          values: (_, at) => at.map((second) => shown.formatTime(second)),
        },
        {
          ...axis,
          side: isRtl ? 1 : 3,
          size: 46,
          space: 40,
          grid: { stroke: colour('line'), width: 1 },
          values: (_, at) => at.map((value) => shown.format(value)),
        },
      ],
      series: [
        {},
        ...series.map((one): Series => ({
          stroke: colour(one.colour),
          width: 1.75,
          spanGaps: false,
          points: { show: one.values.filter((value) => value !== null).length < 2, size: 5, fill: colour(one.colour) },
          ...(one.look === 'bars' && {
            fill: colour(one.colour),
            width: 0,
            points: { show: false },
            ...(UPlot.paths.bars && { paths: UPlot.paths.bars({ size: [0.86, 28], align: 1 }) }),
          }),
          ...(one.look === 'area' && { fill: faint(colour(one.colour)) }),
        })),
      ],
      hooks: {
        setCursor: [
          (drawn) => {
            const { left = -1, idx } = drawn.cursor;
            if (left < 0) shown.onHover(null, null);
            else shown.onHover(idx ?? null, markAt(drawn, left, shown.marks));
          },
        ],
        draw: [(drawn) => drawMarks(drawn, shown.marks, colour)],
        setSelect: [
          (drawn) => {
            const { left, width } = drawn.select;
            if (width < 6) return; // a click
            drawn.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
            shown.onZoom?.(drawn.posToVal(left, 'x'), drawn.posToVal(left + width, 'x'));
          },
        ],
      },
    };
    return new UPlot(options, toData(shown), target);
  }
}

function markAt(drawn: UPlot, left: number, marks: readonly ChartMark[]): ChartMark | null {
  return marks.find(({ at }) => Math.abs(drawn.valToPos(at, 'x') - left) <= MARK_PX) ?? null;
}

/** A dashed line, with the stone of the state at its head. */
function drawMarks(
  { ctx, bbox, valToPos, scales }: UPlot,
  marks: readonly ChartMark[],
  colour: (name: string) => string,
): void {
  const { min = null, max = null } = scales['x'] ?? {};
  const size = (MARK_PX / 2) * devicePixelRatio;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  for (const { at, colour: name } of marks) {
    if (min === null || max === null || at < min || at > max) continue;
    const x = Math.round(valToPos(at, 'x', true));
    ctx.strokeStyle = ctx.fillStyle = colour(name);
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.beginPath();
    for (const [dx, dy] of [[0, -size], [size, 0], [0, size], [-size, 0]] as const) ctx.lineTo(x + dx, bbox.top + dy); // prettier-ignore
    ctx.fill();
  }
  ctx.restore();
}

const MINUTE = 60;
const HOUR = 3600;
const TIME_STEPS = [5, 15, 30, MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 48 * HOUR, 168 * HOUR]; // prettier-ignore

/** At round times of the zone of the reader. */
function toSplits(from: number, to: number, step: number): number[] {
  const zone = new Date(from * 1000).getTimezoneOffset() * MINUTE;
  const first = Math.ceil((from - zone) / step) * step + zone;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, at) => first + at * step);
}

function toData({ times, series }: Plotted): AlignedData {
  return [[...times], ...series.map(({ values }) => [...values])] as AlignedData;
}

/** What cannot be changed in a drawn chart. */
function lookOf({ isRtl, theme, series, group }: Plotted): string {
  return JSON.stringify([
    isRtl,
    theme,
    group,
    series.map(({ name, colour, look, values }) => [name, colour, look, values.length < 2]),
  ]);
}

/** A canvas knows no variables: the browser says what the token is now. */
function resolve(target: HTMLElement, value: string): string {
  const probe = document.createElement('span');
  probe.style.color = value;
  target.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function faint(colour: string): string {
  return colour.replace(/^rgb\((.+)\)$/, 'rgba($1, 0.14)');
}

/** Of the axis: a bar that begins before the end of the span is drawn whole. */
function endOf({ span, times, series }: Plotted): number {
  const [before, last] = times.slice(-2);
  const hasBars = series.some(({ look }) => look === 'bars');
  return hasBars && before !== undefined && last !== undefined ? Math.max(span[1], last + last - before) : span[1];
}

/** Room above the highest value; a chart of nothing has an axis too. */
function niceTop(most: number): number {
  return most <= 0 ? 1 : most * 1.15;
}
