import type { TestContext } from 'node:test';
import { system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { auditPermissions } from '#modules/audit/contract.ts';
import { userEvents } from '#modules/users/contract.ts';
import type { AnyUnit } from '#platform/database/port.ts';
import { testApp, type TestApp } from '../app.ts';
import { checkpointOf, origin, recordAtOnce, recordMany, reportOf } from './trail.ts';

/** Places in the trail of `wholeTrail`; sequences. */
export interface TrailFacts {
  readonly archivedTo: number;
  /** Of a payload about a living person, recorded by that person. */
  readonly living: number;
  /** Of a payload about a person who was erased later. */
  readonly erased: number;
  /** Where the present signing key took over. */
  readonly rotated: number;
  /** Sizes of the checkpoints that are kept, oldest first. */
  readonly kept: readonly number[];
  readonly size: number;
}

function record(app: TestApp, id: string): Promise<void> {
  const actor: Actor = { ...system('probe', origin), type: 'user', id };
  return app.database.units.write(actor, async ({ audit }: AnyUnit) =>
    audit({ action: 'probe.done', resourceType: 'user', resourceId: id, payload: { said: 'سلام' } }),
  );
}

async function sizeOf(app: TestApp): Promise<number> {
  await app.audit.sealer.drain();
  const { rows } = await app.database.pool.query<{ size: number }>('select size from audit.head');
  return rows[0]?.size ?? 0;
}

/**
 * A trail with a row in each table: an archived range with a stored subtree, a living and an erased person, a stored
 * subtree after the archive, two keys, five checkpoints, an accepted restore, and a clean report.
 */
export async function wholeTrail(t: TestContext) {
  const app = await testApp(t);
  const auditor = app.signIn(auditPermissions.read, auditPermissions.manage);
  const [sara, reza] = [newId(), newId()];
  await recordAtOnce(app, 200);
  const early = await checkpointOf(app); // of a size at which no archive ends
  await recordAtOnce(app, 100);
  await app.audit.anchor();
  await auditor.post('/audit/archives', { before: new Date(Date.now() + 3_600_000).toISOString() });
  await app.drain();
  await record(app, sara);
  const living = await sizeOf(app);
  await record(app, reza);
  const erased = await sizeOf(app);
  await app.database.units.write(system('users'), async ({ publish }: AnyUnit) =>
    publish(userEvents.deleted, { userId: reza }),
  );
  await app.drain();
  await recordAtOnce(app, 260);
  await app.audit.anchor();
  await recordMany(app, 2);
  await app.audit.anchor();
  const rotated = await sizeOf(app);
  await app.audit.rotateKey();
  await recordMany(app, 3);
  await app.audit.anchor();
  await app.audit.acceptRestore({ lost: await sizeOf(app), reason: 'nothing was lost' });
  await recordMany(app, 1);
  await app.audit.anchor();
  await reportOf(app, '?updateFlags=true');
  await recordMany(app, 1);
  const key: string = (await auditor.get('/audit/keys')).body.items[0].verifierKey;
  const { rows } = await app.database.pool.query<{ size: number }>('select size from audit.checkpoint order by size');
  const kept = rows.map(({ size }) => size);
  const facts: TrailFacts = { archivedTo: 300, living, erased, rotated, kept, size: await sizeOf(app) };
  return { app, facts, people: { sara, reza }, key, early, checkpoint: await checkpointOf(app) };
}
