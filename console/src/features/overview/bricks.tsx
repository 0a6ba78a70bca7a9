import type { Alert } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import type { Worst } from './attention.ts';
import { words } from './words.ts';

const HOURS = 24;
const HOUR_MS = 3_600_000;
const LOOKS: Readonly<Record<Worst, string>> = { ok: 'bg-brick-ok', warn: 'bg-brick-warn', bad: 'bg-brick-bad' };

/** The worst alert of each of the last 24 hours, the oldest first; the last one ends now. */
export function toBricks(alerts: readonly Alert[], now: number): readonly Worst[] {
  return Array.from({ length: HOURS }, (_, at) => {
    const [from, to] = [now - (HOURS - at) * HOUR_MS, now - (HOURS - at - 1) * HOUR_MS];
    const open = alerts.filter(
      ({ openedAt, closedAt }) => Date.parse(openedAt) < to && (closedAt === null || Date.parse(closedAt) >= from),
    );
    if (open.some(({ severity }) => severity === 'critical')) return 'bad';
    return open.length > 0 ? 'warn' : 'ok';
  });
}

/** 24 stones, one for each hour. Time runs from left to right in both languages. */
export function Bricks({ name, bricks }: { readonly name: string; readonly bricks: readonly Worst[] }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const hours = bricks.filter((one) => one !== 'ok').length;
  const label = say.bricks(name, hours, fmt.number(hours));
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      dir="ltr"
      className="grid grid-cols-[repeat(24,minmax(0,1fr))] gap-[2px]"
    >
      {bricks.map((state, at) => (
        // oxlint-disable-next-line no-array-index-key -- a place in time is what a stone is
        <i key={at} className={`h-3 rounded-[2px] ${LOOKS[state]}`} />
      ))}
    </span>
  );
}
