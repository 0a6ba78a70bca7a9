import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { defineQueue } from '#kernel/work.ts';
import type { WorkResult, Work } from '#platform/work/port.ts';
import { inConstantTime } from '../constant-time.ts';
import type { UsersNeeds, UsersUnit } from '../needs.ts';
import type { CodeSent } from '../schemas.ts';
import { sealedCodeRequests } from '../secrets.ts';
import type { RequestedCode, UsersTables } from '../tables.ts';
import { codeSent } from './code-rules.ts';
import { findAddress } from '../queries.ts';
import { insertCodeRequest, takeCodeRequest } from './queries.ts';

export const codeRequestQueue = defineQueue('users.code_request');

/** Part of the worker's unit: sends a code where there is an account that can use it. */
export type SendCode = (unit: UsersUnit, email: string) => Promise<void>;

/** Codes that anybody can request for an address. The request only enqueues the same work for every address. */
export function createCodeRequests({ db, keys, now }: Pick<UsersNeeds, 'db' | 'keys' | 'now'>) {
  /** Neither the answer nor its time shows whether there is an account. */
  async function request(actor: Actor, address: string, purpose: RequestedCode): Promise<CodeSent> {
    const id = newId();
    const addressSealed = keys.seal(sealedCodeRequests, id, await findAddress(db.read, address));
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
        const email = keys.open(sealedCodeRequests, taken.id, taken.addressSealed).toString();
        await senders[taken.purpose](unit, email);
      },
    });
  }

  return { request, handleWith };
}

export type CodeRequests = ReturnType<typeof createCodeRequests>;
