import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStage, RESUMES_MS, until } from './stage.ts';
import { openProxy, toPostgres } from './proxy.ts';
import { decisionProbe } from './decisions.ts';

test(
  'a LISTEN connection that is open on one side only delays work and no revocation',
  { timeout: 60_000 },
  async (t) => {
    const { app, node, effects, closing } = await openStage(t);
    const { target, through } = toPostgres(app.databaseUrl);
    const proxy = await openProxy(t, target);
    const sender = await node();
    const silent = await node({ directUrl: through(proxy.port) });
    const [decides, changes] = [decisionProbe(silent), decisionProbe(sender)];
    await decisionProbe.prepare(app.database.pool);
    await changes.set('sara', true);
    assert.equal(await decides.isAllowed('sara'), true);
    silent.background.start();
    await sender.enqueue('before');
    await until(async () => (await effects()).size === 1, RESUMES_MS, 'work before');

    /** Five items in a row are picked up faster than by any poll. */
    async function picksUpAtOnce(): Promise<boolean> {
      for (let time = 0; time < 5; time++) {
        const count = (await effects()).size;
        await sender.enqueue(`again ${count}`);
        const tookMs = await until(async () => (await effects()).size > count, 5000, 'work');
        if (tookMs > 200) return false;
      }
      return true;
    }

    proxy.swallow();
    const pickedUp = [];
    for (let round = 0; round < 2; round++) {
      const count = (await effects()).size;
      await sender.enqueue(`silent ${round}`);
      pickedUp.push(await until(async () => (await effects()).size > count, 20_000, 'work'));
    }
    const wrong = [];
    for (let round = 0; round < 3; round++) {
      await changes.set('sara', true);
      if (!(await decides.isAllowed('sara'))) wrong.push(`${round} granted`);
      await changes.set('sara', false);
      if (await decides.isAllowed('sara')) wrong.push(`${round} revoked`);
    }
    proxy.heal();
    const signalledAgainMs = await until(() => picksUpAtOnce(), 20_000, 'LISTEN again');
    proxy.swallow();
    const beganMs = performance.now();
    closing.splice(closing.indexOf(silent.close), 1);
    await silent.close();
    const closedMs = Math.round(performance.now() - beganMs);

    t.diagnostic(
      `picked up after ${pickedUp.join(', ')} ms; signalled again ${signalledAgainMs} ms after it healed; closed in ${closedMs} ms`,
    );
    assert.deepEqual(
      pickedUp.filter((ms) => ms > RESUMES_MS),
      [],
    );
    assert.deepEqual(wrong, []);
    assert.ok(signalledAgainMs < RESUMES_MS, `${signalledAgainMs} ms`);
    assert.ok(closedMs < 5000, `${closedMs} ms`);
  },
);
