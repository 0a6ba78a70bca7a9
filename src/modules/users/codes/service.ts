import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { RequestedCode } from '../tables.ts';
import { createCodeMessage } from './code-message.ts';
import { createCodeRequests } from './code-requests.ts';
import { createCodeLimits } from './limits.ts';
import { createSmsBudget } from './sms-budget.ts';
import { createMailedCodes, type CodeOptions, type CodeOwner } from './mailed-codes.ts';

type Needs = Pick<
  UsersNeeds,
  'db' | 'keys' | 'notifications' | 'branding' | 'cache' | 'smsCosts' | 'smsDailyCosts' | 'smsPerNetwork' | 'now'
>;

/** Codes and links by e-mail or SMS, which verify an address. */
export function createCodes(needs: Needs) {
  const sms = createSmsBudget(needs);
  const limits = createCodeLimits({ ...needs, sms });
  const mailed = createMailedCodes({ ...needs, limits });
  const message = createCodeMessage(needs);

  /**
   * Part of the caller's unit, which holds the account's row: sends a code and a link. False while nothing may be sent to
   * the address. `isUnasked`: nobody who is signed in has asked for it.
   */
  async function send(
    unit: UsersUnit,
    owner: CodeOwner,
    purpose: RequestedCode,
    options: CodeOptions,
  ): Promise<boolean> {
    const issued = await mailed.create(unit.tx, owner, purpose, options);
    if (issued) await message(unit, owner, purpose, issued);
    return issued !== null;
  }

  return { limits, mailed, sms, send, requests: createCodeRequests({ ...needs, sms }) };
}

export type Codes = ReturnType<typeof createCodes>;
