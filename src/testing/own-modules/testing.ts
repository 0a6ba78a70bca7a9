/** What tests of a module outside `src/` may use: `import { … } from 'bonyan/testing'`. */
import type { Static, TSchema } from 'typebox';
import type { EventDef } from '#kernel/event.ts';
import type { TestApp } from '../app.ts';

export { member, runJob, subjects } from '../accounts.ts';
export { testApp, type TestApp, type TestOptions } from '../app.ts';

/** The payloads of all events of this type, oldest first. */
export async function published<S extends TSchema>(app: TestApp, { type }: EventDef<S>): Promise<Static<S>[]> {
  const { rows } = await app.database.pool.query<{ body: Static<S> }>(
    'select body from platform.event where type = $1 order by pos',
    [type],
  );
  return rows.map(({ body }) => body);
}
