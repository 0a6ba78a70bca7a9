import { setTimeout as sleep } from 'node:timers/promises';
import { measure, median, toRow, type Round } from './compare.ts';
import { createLoad, untilDelivered } from './create.ts';
import { LIST_PATH } from './list.ts';
import type { Report } from './report.ts';
import { onStage, type Stage } from './servers.ts';

const MESSAGES = 1000; // as many as one replay takes
const ROUNDS = 7;
const SLOWER_AT_MOST = 1.1;
const LOOK_MS = 100;
const CONSUMER = 'privacy.profiles';
const TYPE = 'users.deleted.v1';

/** Todos that are created while a replay of a thousand events runs, against the same without it; over both transports. */
export async function replay(): Promise<Report> {
  const broker = process.env['TEST_AMQP_URL'];
  const inProcess = await measureReplay('in process', {});
  if (!broker) return inProcess;
  const overBroker = await measureReplay('over RabbitMQ', { AMQP_URL: broker, BONYAN_AMQP_PREFIX: `b${process.pid}` });
  return { rows: [...inProcess.rows, ...overBroker.rows], bounds: [...inProcess.bounds, ...overBroker.bounds] };
}

function measureReplay(transport: string, environment: Readonly<Record<string, string>>): Promise<Report> {
  return onStage(
    async (stage) => {
      const { bonyan, accessToken } = stage;
      const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
      const load = { ...createLoad, headers, url: bonyan.url + LIST_PATH };
      const settled = () => untilDelivered(stage);
      await fail(stage);
      await measure(bonyan, load, settled);
      const rounds: { readonly alone: Round; readonly beside: Round }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const alone = await measure(bonyan, load, settled);
        const end = await begin(stage, headers);
        const beside = await measure(bonyan, load, settled);
        await end();
        rounds.push({ alone, beside });
      }
      const time = ({ perSecond }: Round) => 1e6 / perSecond;
      const what = `a todo beside a replay, ${transport}`;
      return {
        rows: [
          toRow(
            `${what}: time`,
            'µs',
            rounds.map(({ beside }) => time(beside)),
          ),
          toRow(
            `${what}: without it`,
            'µs',
            rounds.map(({ alone }) => time(alone)),
          ),
          toRow(
            `${what}: p99`,
            'ms',
            rounds.map(({ beside }) => beside.p99Ms),
          ),
          toRow(
            `${what}: p99 without it`,
            'ms',
            rounds.map(({ alone }) => alone.p99Ms),
          ),
        ],
        bounds: [
          {
            what: `${what}: time against the same without it`,
            actual: median(rounds.map(({ alone, beside }) => time(beside) / time(alone))),
            atMost: SLOWER_AT_MOST,
            unit: '×',
          },
        ],
      };
    },
    { environment },
  );
}

/** Publishes events of people who do not exist, to be failed messages later. */
async function fail(stage: Stage): Promise<void> {
  await stage.sql(
    `insert into platform.event (id, type, key, origin, body)
     select i, $1, i::text, '{"requestId":"","traceparent":null}', jsonb_build_object('userId', i)
     from (select uuidv7() as i from generate_series(1, ${MESSAGES})) people`,
    [TYPE],
  );
  await untilDelivered(stage);
}

/** Makes them failed, and replays them. The function that it answers waits for the end, and checks it. */
async function begin({ sql, bonyan }: Stage, headers: Record<string, string>): Promise<() => Promise<void>> {
  await sql('delete from platform.inbox where consumer = $1', [CONSUMER]);
  await sql(
    `insert into platform.work (id, queue, lane, ref, key, due_at, origin, type, error)
     select uuidv7(), 'platform.inbox', 1, $1 || ' ' || xid || ' ' || pos, $1 || ':' || key, 'infinity', origin, type, 'x'
     from platform.event where type = $2`,
    [CONSUMER, TYPE],
  );
  const path = `${bonyan.url}/api/v1/observability`;
  const body = JSON.stringify({ take: MESSAGES });
  const response = await fetch(`${path}/orchestration/replay/inbox`, { method: 'POST', headers, body });
  const { operationId } = (await response.json()) as { operationId: string };
  return async () => {
    for (;;) {
      const shown = await fetch(`${path}/replays/${operationId}`, { headers });
      const { status, succeeded } = (await shown.json()) as { status: string; succeeded: number };
      if (status === 'finished' && succeeded !== MESSAGES) throw new Error(`${succeeded} messages succeeded`);
      if (status === 'finished') return;
      await sleep(LOOK_MS);
    }
  };
}
