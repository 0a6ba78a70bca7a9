import type { Pool } from '#platform/database/pool.ts';
import { newId } from '#kernel/id.ts';
import type { RemovalPause } from './port.ts';

const LEASE_SECONDS = 60; // a backup that was killed pauses removals no longer than this
const RENEW_MS = 15_000;

export function createRemovalPause(pool: Pool): RemovalPause {
  return {
    async isPaused() {
      const { rows } = await pool.query('select 1 from platform.removal_pause where until > now() limit 1');
      return rows.length > 0;
    },
  };
}

/**
 * Pauses removals of objects until `end`, or until this process dies. Resolves when every removal that is decided from now on
 * waits. `isHeld` is false when the lease could not be renewed: then objects may have been removed.
 */
export async function beginRemovalPause(pool: Pool) {
  const id = newId();
  let renewedMs = performance.now();

  async function renew(): Promise<void> {
    const sentMs = performance.now();
    await pool.query(
      `with ended as (delete from platform.removal_pause where until < now())
       insert into platform.removal_pause (id, until) values ($1, now() + make_interval(secs => $2))
       on conflict (id) do update set until = excluded.until`,
      [id, LEASE_SECONDS],
    );
    renewedMs = sentMs;
  }

  await renew();
  const timer = setInterval(() => void renew().catch(() => {}), RENEW_MS); // the next one may succeed
  return {
    isHeld: () => performance.now() - renewedMs < LEASE_SECONDS * 1000,
    async end(): Promise<void> {
      clearInterval(timer);
      await pool.query('delete from platform.removal_pause where id = $1', [id]).catch(() => {}); // it ends by itself
    },
  };
}
