import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainWhenAsked, toLines, type PlanNode, type RanStatement } from '#testing/growth/plans.ts';
import { openGrowthStage, openServer, type GrowthStage } from './growth/stage.ts';
import type { Report } from './report.ts';

const ROWS = Number(process.env['BONYAN_BENCH_ROWS'] ?? 20_000);
const ROUNDS = 5;
const SHOWN = 20;
const MANY = ROWS / 4; // rows of a table that grows
const TEXT_LENGTH = 160;

/**
 * Uses an installation as people do, and writes the plans of the statements that ran most often, or read most, to
 * `docs/growth-plans-<version of PostgreSQL>.md`. None may read all of a table that grows.
 */
export async function plans(): Promise<Report> {
  await using cleanup = new AsyncDisposableStack();
  await openServer(cleanup, {});
  const watch = await explainWhenAsked(process.env['TEST_DATABASE_URL'] ?? '');
  const stage = await openGrowthStage(ROWS, () => {});
  cleanup.defer(() => stage.close());
  await use(stage, 0); // plans are chosen, and caches filled
  const { statements } = await watch.during(async () => {
    for (let round = 1; round <= ROUNDS; round++) await use(stage, round);
  });
  const hottest = hottestOf(statements);
  const large = await largeTables(stage);
  const scanned = hottest.filter(({ last }) => listScans(last.plan).some((table) => large.has(table)));
  await write(stage, hottest);
  return {
    rows: scanned.map(({ last }) => ({
      measure: `reads a whole table: ${short(last.text)}`,
      bonyan: last.buffers,
      unit: 'pages',
    })),
    bounds: [{ what: 'hot statements that read a whole table', actual: scanned.length, atMost: 0, unit: '' }],
  };
}

const READS = {
  owner: [
    'todos',
    'todos?isCompleted=false',
    'todos?search=bread',
    'notifications',
    'notifications/inbox',
    'notifications/inbox/unread-count',
    'files/filter',
    'files/search?text=report',
    'files/usage',
    'profiles/me',
    'scheduler/jobs',
    'users/me',
    'users/sessions',
  ],
  admin: [
    'users?search=sara',
    'audit?pageSize=20',
    'logging/events?level=error',
    'logging/events?text=order',
    'logging/histogram',
    'notifications/reports/summary',
    'webhooks',
    'dashboard/orchestration-health',
  ],
} as const;

/** What people do with a client in a few minutes, and what the program does for it. */
async function use({ app, call, signIn, send }: GrowthStage, round: number): Promise<void> {
  const tokens = await signIn(round);
  await send({ method: 'POST', url: '/api/v1/users/refresh', payload: { refreshToken: tokens.refreshToken } });
  for (const [as, paths] of Object.entries(READS)) for (const path of paths) await call(as, 'GET', `/api/v1/${path}`);
  const made = await call('owner', 'POST', '/api/v1/todos', { description: 'Buy bread', labels: ['home'] });
  await call('owner', 'GET', `/api/v1/todos/${made.body.id}`);
  await call('owner', 'PUT', `/api/v1/todos/${made.body.id}/complete`);
  const message = { channel: 'email', recipient: 'somebody@example.com', subject: 'a', body: 'b' };
  await call('owner', 'POST', '/api/v1/notifications', message);
  await call('admin', 'POST', '/api/v1/logging/events', { level: 'info', message: 'order 12', sourceService: 'shop' });
  const job = { name: `plan ${round} ${Date.now()}`, type: 'platform.noop' };
  const { body } = await call('owner', 'POST', '/api/v1/scheduler/jobs', job);
  await call('owner', 'POST', `/api/v1/scheduler/jobs/${body.id}/run`, {});
  await app.drain();
}

interface Hot {
  readonly count: number;
  /** Of all its runs. */
  readonly pages: number;
  readonly last: RanStatement;
}

/** Half of them run most often, and half of them read most pages in all. */
function hottestOf(statements: readonly RanStatement[]): Hot[] {
  const byText = Map.groupBy(statements, ({ text }) => text);
  const all = [...byText.values()].map((ran) => ({
    count: ran.length,
    pages: ran.reduce((sum, { buffers }) => sum + buffers, 0),
    last: ran.at(-1) as RanStatement,
  }));
  const frequent = all.toSorted((one, other) => other.count - one.count).slice(0, SHOWN / 2);
  const rest = all.filter((each) => !frequent.includes(each));
  return [...frequent, ...rest.toSorted((one, other) => other.pages - one.pages).slice(0, SHOWN / 2)];
}

async function largeTables({ app }: GrowthStage): Promise<Set<string>> {
  const { rows } = await app.database.pool.query<{ name: string }>(
    'select relname as name from pg_class where reltuples > $1',
    [MANY],
  );
  return new Set(rows.map(({ name }) => name));
}

/** Tables that the plan reads from end to end. */
function listScans(plan: PlanNode): string[] {
  const own = plan['Node Type'] === 'Seq Scan' ? [plan['Relation Name'] ?? ''] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(listScans)];
}

async function write({ app }: GrowthStage, hottest: readonly Hot[]): Promise<void> {
  const { rows } = await app.database.pool.query<{ major: string }>(
    `select split_part(current_setting('server_version'), '.', 1) as major`,
  );
  const major = rows[0]?.major ?? '';
  const sections = hottest.map(
    ({ count, pages, last }, at) =>
      `## ${at + 1}. ${count} times, ${pages} pages in all\n\n\`\`\`\n${short(last.text)}\n\n${linesOf(last).join('\n')}\n\`\`\`\n`,
  );
  const text = `# Plans on PostgreSQL ${major}

Of the statements that run while people use an installation with ${ROWS} rows in each table that grows: the ${SHOWN / 2} that run
most often, and the ${SHOWN / 2} others that read most pages in all.
Written by \`npm run bench -- plans\`; see [Growth](growth.md). Pages have 8 kB.

${sections.join('\n')}`;
  writeFileSync(join(import.meta.dirname, '..', 'docs', `growth-plans-${major}.md`), text);
}

/** Without the partitions of the coming days, which are empty. */
function linesOf({ plan }: RanStatement): string[] {
  return toLines(plan).filter((line) => !/Seq Scan on .*→ 0 rows.*, 0 pages$/.test(line));
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > TEXT_LENGTH ? `${line.slice(0, TEXT_LENGTH)} …` : line;
}
