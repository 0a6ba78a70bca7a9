import { setTimeout as sleep } from 'node:timers/promises';
import { createAccounts } from './accounts.ts';
import { median } from './compare.ts';
import { LIST_PATH } from './list.ts';
import { send } from './load.ts';
import type { Report } from './report.ts';
import { onStage, signIn, type Stage } from './servers.ts';

const TODOS = Number(process.env['BONYAN_BENCH_TODOS'] ?? 200_000);
const OTHERS_TODOS = 200;
const SEARCHERS = 30;
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
    const during = [];
    const counts = { found: 0, answered: 0, refused: 0, withoutRetryAfter: 0, other: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      idle.push((await send(probe)).p99Ms);
      const stop = startSearches(stage, counts);
      during.push((await send(probe)).p99Ms);
      await stop();
    }
    const ratio = median(during) / median(idle);
    const rows = [
      { measure: 'list of another person p99, idle', bonyan: median(idle), unit: 'ms' },
      { measure: `the same, ${SEARCHERS} searches over ${TODOS} todos at once`, bonyan: median(during), unit: 'ms' },
      { measure: 'searches answered', bonyan: counts.answered, unit: '' },
      { measure: 'searches refused', bonyan: counts.refused, unit: '' },
    ];
    const bounds = [
      { what: 'list p99 against idle', actual: ratio, atMost: SLOWER_AT_MOST, unit: '×' },
      { what: 'refusals without Retry-After', actual: counts.withoutRetryAfter, atMost: 0, unit: '' },
      { what: 'answers that are neither', actual: counts.other, atMost: 0, unit: '' },
      { what: 'searches that found something', actual: counts.found, atMost: 0, unit: '' },
    ];
    return { rows, bounds };
  });
}

/** Gives the roles of the administrator to an account that was copied without them. */
async function admit({ sql, userId }: Pick<Stage, 'sql' | 'userId'>, email: string): Promise<void> {
  const [other] = await sql('select id from users."user" where email = $1', [email]);
  await sql('insert into "authorization".subject (user_id) values ($1)', [other?.['id']]);
  await sql(
    `insert into "authorization".subject_role (user_id, role_id)
     select $1::uuid, role_id from "authorization".subject_role where user_id = $2`,
    [other?.['id'], userId],
  );
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

/** Searches repeatedly until `stop`; a refused one waits as long as it was told to. */
function startSearches({ bonyan, accessToken }: Stage, counts: Counts) {
  let isOn = true;
  const all = Array.from({ length: SEARCHERS }, async (_, searcher) => {
    for (let turn = 0; isOn; turn++) {
      const text = encodeURIComponent(`number خرید ${searcher} ${turn}`);
      const response = await fetch(`${bonyan.url}${LIST_PATH}?search=${text}`, {
        headers: { authorization: `Bearer ${accessToken}` },
      });
      const body = (await response.json()) as { items?: unknown[] };
      const retryAfter = response.headers.get('retry-after');
      if (response.status === 200) {
        counts.answered++;
        counts.found += body.items?.length ?? 0;
      } else if (response.status === 429 || response.status === 503) {
        counts.refused++;
        if (!retryAfter) counts.withoutRetryAfter++;
        if (isOn) await sleep(Number(retryAfter) * 1000);
      } else counts.other++;
    }
  });
  return async () => {
    isOn = false;
    await Promise.all(all);
  };
}

interface Counts {
  found: number;
  answered: number;
  refused: number;
  withoutRetryAfter: number;
  other: number;
}
