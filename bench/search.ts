import { setTimeout as sleep } from 'node:timers/promises';
import { admit, createAccounts } from './accounts.ts';
import { median, toRow } from './compare.ts';
import { LIST_PATH } from './list.ts';
import { send } from './others/load.ts';
import type { Report } from './report.ts';
import { onStage, signIn, type Stage } from './servers.ts';

const TODOS = Number(process.env['BONYAN_BENCH_TODOS'] ?? 200_000);
const OTHERS_TODOS = 200;
const SEARCHERS = 30;
const PER_MINUTE = 600; // what the shipped rate limit lets one person send, which the bench has switched off
const BURST_EVERY_MS = (60_000 * SEARCHERS) / PER_MINUTE;
const ROUNDS = 3;
const PROBES = 200;
const SLOWER_AT_MOST = 3;

/** What searches without a hit over the many todos of one person cost another person, who reads a list. */
export function search(): Promise<Report> {
  return onStage(async (stage) => {
    const [email = ''] = await createAccounts(stage, 'other', 1);
    await admit(stage, email);
    const other = await signIn(stage.bonyan, email);
    await fill(stage, stage.userId, TODOS);
    await fill(stage, other.user.id, OTHERS_TODOS);
    await stage.sql('vacuum analyze todos.todo');
    const headers = { authorization: `Bearer ${other.accessToken}` };
    const probe = {
      url: stage.bonyan.url + LIST_PATH,
      method: 'GET' as const,
      headers,
      connections: 1,
      amount: PROBES,
    };
    await send(probe);
    const idle = [];
    const bursts: number[] = [];
    const loops: number[] = [];
    const counts = { found: 0, answered: 0, refused: 0, withoutRetryAfter: 0, other: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      idle.push((await send(probe)).p99Ms);
      for (const [measured, start] of [
        [bursts, startBursts],
        [loops, startLoops],
      ] as const) {
        const stop = start(stage, counts);
        measured.push((await send(probe)).p99Ms);
        await stop();
      }
    }
    const inBursts = `${SEARCHERS} searches over ${TODOS} todos at once, every ${BURST_EVERY_MS / 1000} s`;
    const rows = [
      toRow('list of another person p99, idle', 'ms', idle),
      toRow(`the same, ${inBursts}`, 'ms', bursts),
      toRow(`the same, ${SEARCHERS} at any time, without a rate limit`, 'ms', loops),
      { measure: 'without a rate limit, against idle', bonyan: median(loops) / median(idle), unit: '×' },
      { measure: 'searches answered', bonyan: counts.answered, unit: '' },
      { measure: 'searches refused', bonyan: counts.refused, unit: '' },
    ];
    const bounds = [
      {
        what: 'list p99 in bursts against idle',
        actual: median(bursts) / median(idle),
        atMost: SLOWER_AT_MOST,
        unit: '×',
      },
      { what: 'refusals without Retry-After', actual: counts.withoutRetryAfter, atMost: 0, unit: '' },
      { what: 'answers that are neither', actual: counts.other, atMost: 0, unit: '' },
      { what: 'searches that found something', actual: counts.found, atMost: 0, unit: '' },
    ];
    return { rows, bounds };
  });
}

/** Persian and English words, each in many todos, but never side by side as the searches have them. */
async function fill({ sql }: Pick<Stage, 'sql'>, ownerId: string, count: number): Promise<void> {
  await sql(
    `insert into todos.todo (id, owner_id, description)
     select uuidv7(), $1, w[1 + n % 7] || ' ' || w[8 + n / 7 % 6] || ' number ' || n
     from (select array['خرید', 'جلسه با', 'گزارش', 'buy', 'call', 'write to', 'read'] ||
                  array['مادر', 'شرکت', 'نان و شیر', 'the office', 'bread', 'the plants'] as w) words,
          generate_series(1, $2::int) n`,
    [ownerId, count],
  );
}

/** All searchers at once, as often as the shipped rate limit lets one person, until `stop`. */
function startBursts(stage: Stage, counts: Counts) {
  const burst = () => Promise.all(Array.from({ length: SEARCHERS }, () => searchOnce(stage, counts)));
  const all: Promise<unknown>[] = [burst()];
  const timer = setInterval(() => all.push(burst()), BURST_EVERY_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(all);
  };
}

/** Each searcher searches again as soon as it is answered, until `stop`; a refused one waits as long as it was told to. */
function startLoops(stage: Stage, counts: Counts) {
  let isOn = true;
  const all = Array.from({ length: SEARCHERS }, async () => {
    while (isOn) {
      const retryAfterSeconds = await searchOnce(stage, counts);
      if (isOn) await sleep(retryAfterSeconds * 1000);
    }
  });
  return async () => {
    isOn = false;
    await Promise.all(all);
  };
}

let searches = 0; // so that no two search for the same

/** Answers after how many seconds the server wants the next one. */
async function searchOnce({ bonyan, accessToken }: Stage, counts: Counts): Promise<number> {
  const text = encodeURIComponent(`number خرید ${searches++}`);
  const response = await fetch(`${bonyan.url}${LIST_PATH}?search=${text}`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  const body = (await response.json()) as { items?: unknown[] };
  if (response.status === 200) {
    counts.answered++;
    counts.found += body.items?.length ?? 0;
    return 0;
  }
  const retryAfter = response.headers.get('retry-after');
  if (response.status === 429 || response.status === 503) {
    counts.refused++;
    if (!retryAfter) counts.withoutRetryAfter++;
  } else counts.other++;
  return Number(retryAfter);
}

interface Counts {
  found: number;
  answered: number;
  refused: number;
  withoutRetryAfter: number;
  other: number;
}
