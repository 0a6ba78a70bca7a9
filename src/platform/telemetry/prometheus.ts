import { setImmediate as immediate } from 'node:timers/promises';
import type { Family, HistogramSample } from './port.ts';

export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const SERIES_AT_ONCE = 200; // then others have their turn of the event loop

/** The families in the text format of Prometheus. */
export async function toPrometheusText(families: readonly Family[]): Promise<string> {
  const lines: string[] = [];
  let sinceTurn = 0;
  for (const family of families) {
    if (family.samples.length === 0) continue;
    lines.push(`# HELP ${family.name} ${escapeHelp(family.help)}`, `# TYPE ${family.name} ${family.type}`);
    for (const sample of family.samples) {
      addLines(lines, family, sample);
      if (++sinceTurn % SERIES_AT_ONCE === 0) await immediate();
    }
  }
  return `${lines.join('\n')}\n`;
}

function addLines(lines: string[], family: Family, sample: Family['samples'][number]): void {
  const { name } = family;
  const pairs = family.labels.map((label, index) => `${label}="${escape(sample.labels[index] ?? '')}"`).join(',');
  const labels = pairs === '' ? '' : `{${pairs}}`;
  if (family.type !== 'histogram')
    return void lines.push(`${name}${labels} ${String('value' in sample && sample.value)}`);
  const { counts, sum, count } = sample as HistogramSample; // as the type of its family says
  const begin = pairs === '' ? '' : `${pairs},`;
  let below = 0;
  family.bounds.forEach((bound, index) => {
    below += counts[index] ?? 0;
    lines.push(`${name}_bucket{${begin}le="${bound}"} ${below}`);
  });
  lines.push(
    `${name}_bucket{${begin}le="+Inf"} ${count}`,
    `${name}_sum${labels} ${sum}`,
    `${name}_count${labels} ${count}`,
  );
}

const escapeHelp = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function escape(value: string): string {
  return /[\\"\n]/.test(value) ? escapeHelp(value).replaceAll('"', '\\"') : value;
}
