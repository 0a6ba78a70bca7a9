import { sql } from 'kysely';
import { system } from '#kernel/access.ts';
import type { SchedulerNeeds } from '../needs.ts';
import type { RunAttempt } from './attempt.ts';

const EVERY_MS = 1000;

/** The attempts that this process runs: stores their progress, and stops those that were cancelled, or erased with
 * their owner. Silent when none runs. */
export function createWatch({ db, log }: Pick<SchedulerNeeds, 'db' | 'log'>) {
  const running = new Map<string, RunAttempt>();
  let timer: NodeJS.Timeout | undefined;

  function add(executionId: string, attempt: RunAttempt): void {
    running.set(executionId, attempt);
    timer ??= setInterval(() => {
      look().catch((error: unknown) => log.warn({ err: error }, 'the progress of running jobs could not be stored'));
    }, EVERY_MS).unref();
  }

  function remove(executionId: string): void {
    running.delete(executionId);
    if (running.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  async function look(): Promise<void> {
    const moved = [...running].flatMap(([id, attempt]) => {
      const progress = attempt.takeProgress();
      return progress ? [{ id, ...progress }] : [];
    });
    if (moved.length > 0)
      await db.write(system('scheduler'), async ({ tx }) => {
        await sql`
          update scheduler.execution e set progress = m.progress, progress_note = m.note
          from unnest(${moved.map(({ id }) => id)}::uuid[], ${moved.map(({ progress }) => progress)}::int[],
            ${moved.map(({ progressNote }) => progressNote)}::text[]) m (id, progress, note)
          where e.id = m.id and e.status = 'running'`.execute(tx);
      });
    const { rows } = await sql<{ id: string }>`
      select r.id from unnest(${[...running.keys()]}::uuid[]) r (id) left join scheduler.execution e on e.id = r.id
      where e.id is null or e.status = 'canceled'`.execute(db.read);
    for (const { id } of rows) running.get(id)?.drop();
  }

  return { add, remove, drop: (executionId: string) => running.get(executionId)?.drop() };
}

export type RunWatch = ReturnType<typeof createWatch>;
