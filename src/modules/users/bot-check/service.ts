import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { toNetwork } from '#kernel/network.ts';
import { BotCheckAway } from '#platform/bot-check/port.ts';
import { userErrors } from '../contract.ts';
import { parseEmail } from '#kernel/forms/email-address.ts';
import { parseAssignedPhone } from '#kernel/forms/phone.ts';
import type { UsersNeeds } from '../needs.ts';

const WINDOW_MS = 10 * 60_000;
const USED_MS = 15 * 60_000; // longer than any proof is good
const HEADER = 'x-bot-proof';
const AWAY_SECONDS = 10;

/** Routes by which a stranger registers, guesses, or has a code sent. Those that need a token from a mail are not among them. */
export const CHECKED: ReadonlySet<string> = new Set([
  '/users/register',
  '/users/verify-email',
  '/users/verify-phone',
  '/users/resend-verification-code',
  '/users/login',
  '/users/login/mfa',
  '/users/login/code',
  '/users/login/code/confirm',
  '/users/forgot-password',
  '/users/reset-password',
  '/users/oauth/confirm-email',
]);

/** Counts those requests by network and by the address that they name, and asks for a proof when they are many. */
export function createBotChecks({ botCheck, botCheckAfter, cache, keys, phoneRegion }: Needs) {
  /** @throws `users.bot_check_required`, `users.bot_check_failed`, `users.bot_check_away` */
  async function demand({ actor, body, headers, routeOptions }: FastifyRequest): Promise<void> {
    if (botCheck.kind === 'none' || !CHECKED.has((routeOptions.url ?? '').replace('/api/v1', ''))) return;
    const { ip } = actor.origin;
    const isOfMany = botCheckAfter === 0 || (await isBeyond(ip === null ? null : `network ${toNetwork(ip)}`));
    if (isOfMany) await prove(headers, ip); // before the address is counted: each invented one is kept for a while
    else if (await isBeyond(toAddress(body))) await prove(headers, ip);
  }

  async function prove({ [HEADER]: proof }: IncomingHttpHeaders, ip: string | null): Promise<void> {
    if (typeof proof !== 'string' || proof === '') throw userErrors.botCheckRequired({ kind: botCheck.kind });
    if (!(await isGood(proof, ip))) throw userErrors.botCheckFailed({ kind: botCheck.kind });
  }

  /** Networks and addresses are counted, so that neither many addresses from one network nor one from many are free. */
  async function isBeyond(name: string | null): Promise<boolean> {
    if (name === null) return false;
    const { count } = await cache.increment(`bots:${name}`, WINDOW_MS);
    return count > botCheckAfter;
  }

  function toAddress(body: unknown): string | null {
    const { email, phone } = (body ?? {}) as { email?: unknown; phone?: unknown };
    const typed = typeof email === 'string' ? parseEmail(email) : null;
    const address = typed ?? (typeof phone === 'string' ? parseAssignedPhone(phone, phoneRegion) : null);
    return address && `address ${keys.mac('users.bot_check', address).toString('base64url')}`;
  }

  /** Each proof counts once: where nodes share no cache, once for each of them. */
  async function isGood(proof: string, ip: string | null): Promise<boolean> {
    const id = await botCheck.verify(proof, ip).catch((error: unknown) => {
      if (error instanceof BotCheckAway) throw userErrors.botCheckAway({ retryAfterSeconds: AWAY_SECONDS });
      throw error;
    });
    return id !== null && (await cache.increment(`proof:${id}`, USED_MS)).count === 1;
  }

  const state = () => ({ kind: botCheck.kind, siteKey: botCheck.siteKey, isAlways: botCheckAfter === 0 });

  return { demand, state, challenge: botCheck.challenge };
}

type Needs = Pick<UsersNeeds, 'botCheck' | 'botCheckAfter' | 'cache' | 'keys' | 'phoneRegion'>;
export type BotChecks = ReturnType<typeof createBotChecks>;
