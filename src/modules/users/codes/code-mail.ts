import { createLinks } from '#kernel/links.ts';
import type { Branding } from '#platform/branding/port.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { RequestedCode } from '../tables.ts';
import { occurrenceOf } from '../user-agent.ts';
import { CODE_MINUTES, endOfCode } from './code-rules.ts';
import type { IssuedCode } from './mailed-codes.ts';

const PATHS = { verification: '/console/verify', reset: '/console/reset-password' };

/** Sends a code with its link; while guesses are blocked, the link alone. */
export function createCodeMail({
  notifications,
  branding,
  now,
}: Pick<UsersNeeds, 'notifications' | 'branding' | 'now'>) {
  return async (unit: UsersUnit, userId: string, purpose: RequestedCode, { code, link }: IssuedCode): Promise<void> => {
    const variables = { link: toLink(branding, PATHS[purpose], link), minutes: CODE_MINUTES };
    const message = code === null ? linkMail(purpose, variables) : codeMail(purpose, { ...variables, code });
    await notifications.send(withoutTables(unit), {
      ...message,
      to: { userId },
      category: 'security',
      occurrence: occurrenceOf(unit, now()),
      priority: 'high',
      expiresAt: endOfCode(now()),
    });
  };
}

function codeMail(purpose: RequestedCode, variables: { code: string; link: string; minutes: number }) {
  if (purpose === 'verification') return { template: 'users.verification', variables } as const;
  return { template: 'users.password_reset', variables } as const;
}

function linkMail(purpose: RequestedCode, variables: { link: string; minutes: number }) {
  if (purpose === 'verification') return { template: 'users.verification_link', variables } as const;
  return { template: 'users.password_reset_link', variables } as const;
}

/** Where the token sets a new password. */
export function toResetLink(branding: Pick<Branding, 'linkBase'>, token: string): string {
  return toLink(branding, PATHS.reset, token);
}

/** The token is in the fragment, which browsers do not send: so it is in no log and in no Referer header. */
export function toLink({ linkBase }: Pick<Branding, 'linkBase'>, path: string, token: string): string {
  return createLinks(linkBase).absolute(`${path}#token=${token}`);
}
