import { sql } from 'kysely';
import { kindOf } from '#kernel/forms/address.ts';
import { countryOfPhone } from '#kernel/forms/phone.ts';
import { toNetwork } from '#kernel/network.ts';
import type { Actor } from '#kernel/access.ts';
import { userErrors } from '../contract.ts';
import type { UsersNeeds } from '../needs.ts';
import { deleteSome } from '../queries.ts';
import type { UsersReader, UsersWriter } from '../tables.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ELSEWHERE = '*';
const KEPT_MS = 400 * DAY_MS;

/**
 * Who gets an SMS: a number that somebody has proved, or one that nobody has. Each has a budget of its own, so that
 * who asks for codes to ten thousand numbers keeps nobody from signing in.
 */
export type SmsAudience = 'known' | 'strangers';

type Needs = Pick<UsersNeeds, 'cache' | 'smsCosts' | 'smsDailyCosts' | 'smsPerNetwork' | 'now'>;

/**
 * What codes by SMS may cost in a day (UTC), by country: anybody can have them sent, and somebody earns by each of them (SMS
 * pumping). Countries without a budget get none.
 */
export function createSmsBudget({ cache, smsCosts, smsDailyCosts, smsPerNetwork, now }: Needs) {
  /** The budget that a number belongs to: that of its country, or that of all the countries without one. */
  function budgetOf(address: string): { country: string; most: number; cost: number } {
    const own = countryOfPhone(/^\+\d+/.exec(address)?.[0] ?? '') ?? ELSEWHERE; // without what makes a simulated one unique
    const country = smsDailyCosts.has(own) ? own : ELSEWHERE;
    const cost = smsCosts.get(own) ?? smsCosts.get(ELSEWHERE) ?? 1;
    return { country, most: smsDailyCosts.get(country) ?? 0, cost };
  }

  /**
   * Before a code is asked for, whether the number is known or not: so the refusal tells nothing. Does nothing for an e-mail
   * address. A known device of the account does not count for its network, which may be that of a whole mobile operator. @throws `users.phone_country_refused`, `users.sms_too_many`, `users.sms_used_up`
   */
  async function demand(
    db: UsersReader,
    { origin: { ip } }: Pick<Actor, 'origin'>,
    address: string,
    audience: SmsAudience,
    { isKnownDevice = false } = {},
  ): Promise<void> {
    if (kindOf(address) === 'email') return;
    const { most } = budgetOf(address);
    if (most === 0) throw userErrors.phoneCountryRefused();
    if (ip !== null && !isKnownDevice) {
      const { count, resetMs } = await cache.increment(`sms:${toNetwork(ip)}`, HOUR_MS);
      if (count > smsPerNetwork) throw userErrors.smsTooMany({ retryAfterSeconds: Math.ceil(resetMs / 1000) });
    }
    if (!(await hasRoom(db, address, audience))) throw userErrors.smsUsedUp({ retryAfterSeconds: secondsLeft() });
  }

  /** Whether the day has room for one more code to the address; always for an e-mail address. */
  async function hasRoom(db: UsersReader, address: string, audience: SmsAudience): Promise<boolean> {
    if (kindOf(address) === 'email') return true;
    const { country, most, cost } = budgetOf(address);
    const row = await db
      .selectFrom('users.smsSpending')
      .select('cost')
      .where('day', '=', today())
      .where('country', '=', country)
      .where('audience', '=', audience)
      .executeTakeFirst();
    return (row?.cost ?? 0) + cost <= most;
  }

  /** Part of the caller's unit: counts an SMS. False when the budget of the day has no room for it. */
  async function spend(tx: UsersWriter, address: string, audience: SmsAudience): Promise<boolean> {
    const { country, most, cost } = budgetOf(address);
    if (cost > most) return false;
    const { rows } = await sql`
      insert into users.sms_spending as s (day, country, audience, cost, messages)
      values (${today()}, ${country}, ${audience}, ${cost}, 1)
      on conflict (day, country, audience) do update set cost = s.cost + excluded.cost, messages = s.messages + 1
        where s.cost + excluded.cost <= ${most}
      returning 1`.execute(tx);
    return rows.length > 0;
  }

  const today = () => now().toISOString().slice(0, 10);
  const secondsLeft = () => Math.ceil((DAY_MS - (now().getTime() % DAY_MS)) / 1000);

  function deleteOld(tx: UsersWriter, limit: number): Promise<number> {
    const before = new Date(now().getTime() - KEPT_MS).toISOString().slice(0, 10);
    return deleteSome(tx, 'users.smsSpending', { column: 'day', before }, limit);
  }

  return { demand, hasRoom, spend, deleteOld };
}

export type SmsBudget = ReturnType<typeof createSmsBudget>;
