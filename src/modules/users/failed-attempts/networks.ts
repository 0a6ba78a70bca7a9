import type { Actor } from '#kernel/access.ts';
import { toNetwork } from '#kernel/network.ts';
import { orThrow, Problem } from '#kernel/problem.ts';
import { userErrors } from '../contract.ts';
import type { AccountRef } from '../queries.ts';
import type { Devices } from '../devices/service.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { UsersReader, UsersWriter } from '../tables.ts';
import { deleteNetworkFailures, insertNetworkFailure, listNetworkFailures, lockNetwork } from './queries.ts';

const PURPOSE = 'users.network';
const WINDOW_MS = 15 * 60_000;
/** The refusals that show that a guess was wrong. */
const FAILURES = new Set([userErrors.credentialsInvalid.code, userErrors.codeInvalid.code]);

export interface NetworksNeeds extends Pick<UsersNeeds, 'db' | 'keys' | 'failuresPerNetwork' | 'now'> {
  readonly devices: Pick<Devices, 'findKnown'>;
}

/** Wraps a unit that decides about an attempt, and returns its refusal. */
export type CountFailures = <R>(decide: (unit: UsersUnit) => Promise<R>) => (unit: UsersUnit) => Promise<R | Problem>;

/**
 * Wrong passwords and codes from one network, over all accounts. Devices that have signed in to the account before are
 * neither counted nor refused, so that nobody can lock out others in the same network.
 */
export function createNetworks({ db, keys, devices, failuresPerNetwork, now }: NetworksNeeds) {
  /**
   * Begins an attempt of somebody who need not be signed in; call it before anything costly. The unit that decides must
   * be wrapped in the answer: the failures of one network are decided one after another, so that concurrent ones
   * count, too. `account`: null if there is none yet. @throws `users.network_blocked`
   */
  async function enter(
    { origin: { ip } }: Pick<Actor, 'origin'>,
    account: AccountRef | null,
    deviceToken: string | null,
  ): Promise<CountFailures> {
    const isLimited = failuresPerNetwork > 0 && ip !== null;
    if (!isLimited || (account && (await devices.findKnown(db.read, account, deviceToken)))) return (decide) => decide;
    const networkMac = keys.mac(PURPOSE, toNetwork(ip));
    orThrow(await blockedReason(db.read, networkMac));
    return (decide) => async (unit) => {
      await lockNetwork(unit.tx, networkMac);
      const blocked = await blockedReason(unit.tx, networkMac);
      if (blocked) return blocked;
      const outcome = await decide(unit);
      if (outcome instanceof Problem && FAILURES.has(outcome.code))
        await insertNetworkFailure(unit.tx, { networkMac, failedAt: now().toISOString() });
      return outcome;
    };
  }

  async function blockedReason(reader: UsersReader, networkMac: Buffer): Promise<Problem | null> {
    const atMs = now().getTime();
    const since = new Date(atMs - WINDOW_MS).toISOString();
    const failures = await listNetworkFailures(reader, networkMac, since, failuresPerNetwork);
    const oldest = failures[failuresPerNetwork - 1];
    if (oldest === undefined) return null;
    const waitMs = Date.parse(oldest) + WINDOW_MS - atMs;
    return userErrors.networkBlocked({ retryAfterSeconds: Math.ceil(waitMs / 1000) });
  }

  function deleteOld(tx: UsersWriter, limit: number): Promise<number> {
    return deleteNetworkFailures(tx, new Date(now().getTime() - WINDOW_MS).toISOString(), limit);
  }

  return { enter, deleteOld };
}

export type Networks = ReturnType<typeof createNetworks>;
