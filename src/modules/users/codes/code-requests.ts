import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import type { Language } from '#kernel/language.ts';
import { defineQueue } from '#kernel/work.ts';
import type { WorkResult, Work } from '#platform/work/port.ts';
import { inConstantTime } from '../constant-time.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { CodeSent } from '../schemas.ts';
import { sealedCodeRequests } from '../secrets.ts';
import type { RequestedCode, UsersTables } from '../tables.ts';
import { codeSent } from './code-rules.ts';
import type { SmsBudget } from './sms-budget.ts';
import { insertCodeRequest, takeCodeRequest } from './queries.ts';

export const codeRequestQueue = defineQueue('users.code_request');

/** Part of the worker's unit: sends a code where there is an account that can use it. */
export type SendCode = (unit: UsersUnit, address: string, details: CodeDetails) => Promise<void>;

/** What else is known of who asks. */
export interface CodeDetails {
  readonly isUnasked: boolean;
  /** The known device that asks; null: none. */
  readonly device: string | null;
  readonly browser: string | null;
  readonly language: Language;
}

export interface CodeRequestsNeeds extends Pick<UsersNeeds, 'db' | 'keys' | 'branding' | 'now'> {
  readonly sms: Pick<SmsBudget, 'demand'>;
}

/** Codes that anybody can request for an address. The request only enqueues the same work for every address. */
export function createCodeRequests({ db, keys, branding, sms, now }: CodeRequestsNeeds) {
  /** Neither the answer nor its time shows whether there is an account. */
  async function request(
    actor: Actor,
    address: string,
    purpose: RequestedCode,
    details: Partial<CodeDetails> = {},
  ): Promise<CodeSent> {
    const id = newId();
    const audience = purpose === 'verification' ? 'strangers' : 'known';
    await sms.demand(db.read, actor, address, audience, { isKnownDevice: (details.device ?? null) !== null });
    const addressSealed = keys.seal(sealedCodeRequests, id, JSON.stringify({ address, ...details }));
    const accept = async ({ tx, enqueue }: UsersUnit) => {
      await insertCodeRequest(tx, { id, purpose, addressSealed });
      enqueue(codeRequestQueue, { ref: id, lane: 'high' });
    };
    await inConstantTime(() => db.write(actor, accept));
    return codeSent(now());
  }

  /** The handler of the queue, with what sends the code of each purpose. */
  function handleWith(senders: Readonly<Record<RequestedCode, SendCode>>) {
    return async ({ ref }: Work): Promise<WorkResult<UsersTables>> => ({
      write: async (unit) => {
        const taken = await takeCodeRequest(unit.tx, ref);
        if (!taken) return;
        const asked = parseRequest(keys.open(sealedCodeRequests, taken.id, taken.addressSealed).toString());
        const { address, isUnasked = true, device = null, browser = null, language = branding.language } = asked;
        await senders[taken.purpose](unit, address, { isUnasked, device, browser, language });
      },
    });
  }

  return { request, handleWith };
}

/** A request of the version before has the address alone. */
function parseRequest(text: string): { readonly address: string } & Partial<CodeDetails> {
  return text.startsWith('{') ? JSON.parse(text) : { address: text };
}

export type CodeRequests = ReturnType<typeof createCodeRequests>;
