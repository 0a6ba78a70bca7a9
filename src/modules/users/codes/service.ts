import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { RequestedCode, UserRow } from '../tables.ts';
import { createCodeMail } from './code-mail.ts';
import { createCodeRequests } from './code-requests.ts';
import { createMailedCodes } from './mailed-codes.ts';

/** Codes and links in mails, which verify an address. */
export function createCodes(needs: Pick<UsersNeeds, 'db' | 'keys' | 'notifications' | 'publicUrl' | 'now'>) {
  const mailed = createMailedCodes(needs);
  const mail = createCodeMail(needs);

  /**
   * Part of the caller's unit, which holds the account's row: mails a code and a link. False during the cooldown: then the
   * code that was sent still works.
   */
  async function send(
    unit: UsersUnit,
    account: Pick<UserRow, 'id' | 'email'>,
    purpose: RequestedCode,
  ): Promise<boolean> {
    const issued = await mailed.create(unit.tx, account, purpose);
    if (issued) await mail(unit, account.id, purpose, issued);
    return issued !== null;
  }

  return { mailed, send, requests: createCodeRequests(needs) };
}

export type Codes = ReturnType<typeof createCodes>;
