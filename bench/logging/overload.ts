import type { Report } from '../report.ts';
import type { Stage } from '../servers.ts';
import { eventsOf } from './events.ts';

const SECONDS = 30;
const CLIENTS = 96; // more batches at once than the bytes in flight allow
const SAMPLE_MS = 500;

/** More batches at once than can be stored: refusals, bounded memory, and no event lost that was acknowledged. */
export async function overload({ bonyan, accessToken, sql }: Stage): Promise<Report> {
  const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
  const url = `${bonyan.url}/api/v1/logging/events/bulk`;
  const body = JSON.stringify({ events: eventsOf(0) });
  const endsMs = performance.now() + SECONDS * 1000;
  const answers = new Map<number, number>();
  let acknowledged = 0;

  async function client(): Promise<void> {
    while (performance.now() < endsMs) {
      const answer = await fetch(url, { method: 'POST', headers, body });
      answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
      const verdict = (await answer.json()) as { accepted?: unknown[] };
      acknowledged += verdict.accepted?.length ?? 0;
    }
  }

  const sizes: number[] = [];
  const sampling = setInterval(() => sizes.push(bonyan.resident() / 2 ** 20), SAMPLE_MS);
  await Promise.all(Array.from({ length: CLIENTS }, client));
  clearInterval(sampling);
  const [{ stored = 0 } = {}] = await sql(
    `select count(*)::int as stored from logging.event where source_module = 'orders'`,
  );
  const third = Math.floor(sizes.length / 3);
  const early = Math.max(...sizes.slice(third, 2 * third));
  const late = Math.max(...sizes.slice(2 * third));
  const others = [...answers].filter(([status]) => status !== 200 && status !== 429);
  return {
    rows: [
      { measure: 'under too much load: events stored', bonyan: acknowledged / SECONDS, unit: '/s' },
      { measure: 'calls refused with 429', bonyan: answers.get(429) ?? 0, unit: '' },
      { measure: 'memory', bonyan: late, unit: 'MiB' },
    ],
    bounds: [
      { what: 'calls refused with 429', actual: answers.get(429) ?? 0, atLeast: 1, unit: '' },
      { what: 'calls that failed otherwise', actual: others.length, atMost: 0, unit: '' },
      { what: 'acknowledged events that are missing', actual: acknowledged - Number(stored), atMost: 0, unit: '' },
      { what: 'memory in the last third against the second', actual: late / early, atMost: 1.2, unit: '×' },
    ],
  };
}
