import { withoutTables } from '#platform/database/port.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import { CODE_MINUTES } from './code-rules.ts';
import type { IssuedCode } from './mailed-codes.ts';

const MAILS = {
  verification: { template: 'users.verification', path: '/console/verify' },
  reset: { template: 'users.password_reset', path: '/console/reset-password' },
};

/** Sends a code with its link; while guesses are blocked, the link alone. */
export function createCodeMail({ notifications, publicUrl }: Pick<UsersNeeds, 'notifications' | 'publicUrl'>) {
  return async (
    unit: UsersUnit,
    userId: string,
    purpose: keyof typeof MAILS,
    { code, link }: IssuedCode,
  ): Promise<void> => {
    const { template, path } = MAILS[purpose];
    const variables = { link: toLink(publicUrl, path, link), minutes: CODE_MINUTES };
    await notifications.send(withoutTables(unit), {
      template: code === null ? `${template}_link` : template,
      to: { userId },
      category: 'security',
      priority: 'high',
      variables: code === null ? variables : { ...variables, code },
    });
  };
}

export type CodeMail = ReturnType<typeof createCodeMail>;

/** The token is in the fragment, which browsers do not send: so it is in no log and in no Referer header. */
export function toLink(publicUrl: string, path: string, token: string): string {
  return `${publicUrl}${path}#token=${token}`;
}
