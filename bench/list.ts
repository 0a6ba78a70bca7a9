import { compare, cpuBound, toRows } from './compare.ts';
import type { Report } from './report.ts';
import { onStage, type Stage } from './servers.ts';

const TODOS = 200;
const CPU_AT_MOST = 1.1; // the limit for what the platform adds to the minimal server
export const listLoad = { method: 'GET' as const, connections: 10, amount: 3000 };
export const LIST_PATH = '/api/v1/todos';

/** A page of 20 of a user's 200 todos. */
export function list(): Promise<Report> {
  return onStage(async (stage) => {
    await createTodos(stage);
    await sameAnswers(stage);
    const load = { ...listLoad, headers: { authorization: `Bearer ${stage.accessToken}` } };
    const measured = await compare({ ...stage, load, path: LIST_PATH, rounds: 7, warmUps: 2 });
    return { rows: toRows('list', measured), bounds: [cpuBound('list', measured, CPU_AT_MOST)] };
  });
}

export async function createTodos({ sql, userId }: Pick<Stage, 'sql' | 'userId'>): Promise<void> {
  await sql(
    `insert into todos.todo (id, owner_id, description, due_date, labels, priority, completed_at)
     select uuidv7(), $1, 'Buy bread and water the plants, number ' || n, date '2026-11-23' + n, array['home', 'shop'],
            'normal', case when n % 3 = 0 then now() end
     from generate_series(1, $2::int) n`,
    [userId, TODOS],
  );
  await sql('vacuum analyze todos.todo');
}

/** @throws when the answers differ: a server that answers less would look faster. */
async function sameAnswers({ bonyan, reference, accessToken }: Stage): Promise<void> {
  const [ours, theirs] = await Promise.all(
    [bonyan, reference].map(async ({ url }) => {
      const response = await fetch(url + LIST_PATH, { headers: { authorization: `Bearer ${accessToken}` } });
      return response.text();
    }),
  );
  if (ours !== theirs) throw new Error(`the answers differ:\n${ours}\n${theirs}`);
}
