import type { Actor, Permission } from '#kernel/access.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { FilesNeeds } from '../needs.ts';

const CHECK_MS = 400; // as uploads by several requests are watched

/** What somebody may do now, for what goes on after their request was admitted, or is done in their name. */
export function createRights({ callerOf, permissionsOf, now }: Pick<FilesNeeds, 'callerOf' | 'permissionsOf' | 'now'>) {
  /** Of a session, or of an API key: as far as its scopes go. None when that has ended. Never stale. */
  async function permissionsNow(actor: Pick<Actor, 'id' | 'sessionId' | 'apiKeyId'>): Promise<ReadonlySet<string>> {
    const caller = await callerOf(actor);
    if (!caller) return new Set();
    const permissions = await permissionsOf(caller);
    const { key } = caller;
    return key ? new Set([...key.scopes].filter((code) => permissions.has(code))) : permissions;
  }

  /** Of who has made a link: their session may have ended, the API key with which they made it may not. */
  async function permissionsOfMaker({ createdBy: id, apiKeyId }: LinkMaker): Promise<ReadonlySet<string>> {
    if (apiKeyId !== null) return permissionsNow({ id, sessionId: null, apiKeyId });
    return permissionsOf({ type: 'user', id, sessionId: null });
  }

  /** The actor with the permissions of now. @throws `http.not_signed_in`, `http.forbidden` */
  async function renew(actor: Actor, { code }: Permission): Promise<Actor> {
    if (!(await callerOf(actor))) throw httpErrors.notSignedIn();
    const permissions = await permissionsNow(actor);
    if (!permissions.has(code)) throw httpErrors.forbidden({ permission: code });
    return { ...actor, permissions };
  }

  /** The same bytes while they arrive; `check` runs with the first and then from time to time: what it throws ends them. */
  async function* watched<C>(source: AsyncIterable<C>, check: () => Promise<unknown>): AsyncGenerator<C, void> {
    let checkedMs = -Infinity;
    for await (const chunk of source) {
      const at = now().getTime();
      if (at - checkedMs >= CHECK_MS) {
        await check();
        checkedMs = at;
      }
      yield chunk;
    }
  }

  return { permissionsNow, permissionsOfMaker, renew, watched };
}

export type Rights = ReturnType<typeof createRights>;

export interface LinkMaker {
  readonly createdBy: string;
  /** With which the link was made; null: in a session. */
  readonly apiKeyId: string | null;
}

/** Nobody shares by a link what they may not do themselves: an API key has only its scopes. @throws `http.forbidden` */
export function requirePermission({ permissions }: Pick<Actor, 'permissions'>, { code }: Permission): void {
  if (!permissions.has(code)) throw httpErrors.forbidden({ permission: code });
}
