import { withoutTables } from '#platform/database/port.ts';
import { CODE_MINUTES } from './code-rules.ts';
import type { Issued } from './codes.ts';
import type { OwnUnit, UsersNeeds } from './needs.ts';

const PATHS = { verification: '/console/verify', reset: '/console/reset-password' };

type Purpose = keyof typeof PATHS;

/** Sends a code with its link; while guesses are blocked, the link alone. */
export function createCodeMail({ notifications, publicUrl }: Pick<UsersNeeds, 'notifications' | 'publicUrl'>) {
  return async (unit: OwnUnit, userId: string, purpose: Purpose, { code, link }: Issued): Promise<void> => {
    const variables = { link: toLink(publicUrl, PATHS[purpose], link), minutes: CODE_MINUTES };
    const message = code === null ? linkMail(purpose, variables) : codeMail(purpose, { ...variables, code });
    await notifications.send(withoutTables(unit), {
      ...message,
      to: { userId },
      category: 'security',
      priority: 'high',
    });
  };
}

function codeMail(purpose: Purpose, variables: { code: string; link: string; minutes: number }) {
  if (purpose === 'verification') return { template: 'users.verification', variables } as const;
  return { template: 'users.password_reset', variables } as const;
}

function linkMail(purpose: Purpose, variables: { link: string; minutes: number }) {
  if (purpose === 'verification') return { template: 'users.verification_link', variables } as const;
  return { template: 'users.password_reset_link', variables } as const;
}

export type CodeMail = ReturnType<typeof createCodeMail>;

/** In the fragment, which browsers send to nobody: so the token stands in no log and no Referer. */
export function toLink(publicUrl: string, path: string, token: string): string {
  return `${publicUrl}${path}#token=${token}`;
}
