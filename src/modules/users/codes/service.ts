import type { UsersNeeds } from '../needs.ts';
import { createCodeMail } from './code-mail.ts';
import { createCodeRequests } from './code-requests.ts';
import { createMailedCodes } from './mailed-codes.ts';

/** Codes and links in mails, which verify an address. */
export function createCodes(needs: Pick<UsersNeeds, 'db' | 'keys' | 'notifications' | 'publicUrl' | 'now'>) {
  return {
    mailed: createMailedCodes(needs),
    requests: createCodeRequests(needs),
    send: createCodeMail(needs),
  };
}

export type Codes = ReturnType<typeof createCodes>;
