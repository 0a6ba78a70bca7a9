import { kindOf } from '#kernel/forms/address.ts';
import { createLinks } from '#kernel/links.ts';
import type { Branding } from '#platform/branding/port.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { RequestedCode } from '../tables.ts';
import { occurrenceOf } from '../user-agent.ts';
import { CODE_MINUTES, endOfCode } from './code-rules.ts';
import type { CodeOwner, IssuedCode } from './mailed-codes.ts';

const PATHS = { verification: '/console/verify', reset: '/console/reset-password', signIn: '/console/sign-in' };

/**
 * Sends a code to the address of its owner: an e-mail has its link too, an SMS the code alone. While guesses are blocked, both
 * have the link alone.
 */
export function createCodeMessage({
  notifications,
  branding,
  now,
}: Pick<UsersNeeds, 'notifications' | 'branding' | 'now'>) {
  return async (
    unit: UsersUnit,
    { id: userId, address }: CodeOwner,
    purpose: RequestedCode,
    { code, link }: IssuedCode,
  ): Promise<void> => {
    const variables = { link: toLink(branding, PATHS[purpose], link), minutes: CODE_MINUTES };
    const message =
      code === null
        ? linkMessage(purpose, variables)
        : codeMessage(purpose, { ...variables, code, host: toHost(branding) });
    await notifications.send(withoutTables(unit), {
      ...message,
      to: { userId },
      channels: [kindOf(address) === 'email' ? 'email' : 'sms'],
      category: 'security',
      occurrence: occurrenceOf(unit, now()),
      priority: 'high',
      expiresAt: endOfCode(now()),
    });
  };
}

interface Linked {
  readonly link: string;
  readonly minutes: number;
}

function codeMessage(purpose: RequestedCode, variables: Linked & { code: string; host: string }) {
  if (purpose === 'verification') return { template: 'users.verification', variables } as const;
  if (purpose === 'signIn') return { template: 'users.sign_in_code', variables } as const;
  return { template: 'users.password_reset', variables } as const;
}

function linkMessage(purpose: RequestedCode, variables: Linked) {
  if (purpose === 'verification') return { template: 'users.verification_link', variables } as const;
  if (purpose === 'signIn') return { template: 'users.sign_in_link', variables } as const;
  return { template: 'users.password_reset_link', variables } as const;
}

/**
 * For the last line of an SMS, `@host #code`: browsers fill the code into pages of this host alone (WebOTP).
 */
export function toHost({ linkBase }: Pick<Branding, 'linkBase'>): string {
  return new URL(linkBase).hostname;
}

/** Where the token sets a new password. */
export function toResetLink(branding: Pick<Branding, 'linkBase'>, token: string): string {
  return toLink(branding, PATHS.reset, token);
}

/** The token is in the fragment, which browsers do not send: so it is in no log and in no Referer header. */
export function toLink({ linkBase }: Pick<Branding, 'linkBase'>, path: string, token: string): string {
  return createLinks(linkBase).absolute(`${path}#token=${token}`);
}
