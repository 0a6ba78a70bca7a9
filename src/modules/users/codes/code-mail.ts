import { withoutTables } from '#platform/database/port.ts';
import { CODE_MINUTES } from './code-rules.ts';
import type { Issued } from './codes.ts';
import type { OwnUnit, UsersNeeds } from '../needs.ts';

const MAILS = {
  verification: { template: 'users.verification', path: '/console/verify' },
  reset: { template: 'users.password_reset', path: '/console/reset-password' },
};

/** Sends a code with its link; while guesses are blocked, the link alone. */
export function createCodeMail({ notifications, publicUrl }: Pick<UsersNeeds, 'notifications' | 'publicUrl'>) {
  return async (unit: OwnUnit, userId: string, purpose: keyof typeof MAILS, { code, link }: Issued): Promise<void> => {
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

/** In the fragment, which browsers send to nobody: so the token stands in no log and no Referer. */
export function toLink(publicUrl: string, path: string, token: string): string {
  return `${publicUrl}${path}#token=${token}`;
}
