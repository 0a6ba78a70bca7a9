import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { RequestedCode, UserRow } from '../tables.ts';
import { createCodeMail } from './code-mail.ts';
import { createCodeRequests } from './code-requests.ts';
import { createCodeLimits } from './limits.ts';
import { createMailedCodes } from './mailed-codes.ts';

/** Codes and links in mails, which verify an address. */
export function createCodes(needs: Pick<UsersNeeds, 'db' | 'keys' | 'notifications' | 'branding' | 'now'>) {
  const limits = createCodeLimits(needs);
  const mailed = createMailedCodes({ ...needs, limits });
  const mail = createCodeMail(needs);

  /**
   * Part of the caller's unit, which holds the account's row: mails a code and a link. False while no mail may be sent to
   * the address. `isUnasked`: nobody who is signed in has asked for it.
   */
  async function send(
    unit: UsersUnit,
    account: Pick<UserRow, 'id' | 'email'>,
    purpose: RequestedCode,
    options: { readonly isUnasked: boolean },
  ): Promise<boolean> {
    const issued = await mailed.create(unit.tx, account, purpose, options);
    if (issued) await mail(unit, account.id, purpose, issued);
    return issued !== null;
  }

  return { limits, mailed, send, requests: createCodeRequests(needs) };
}

export type Codes = ReturnType<typeof createCodes>;
