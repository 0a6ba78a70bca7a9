import type { Actor, Permission } from '#kernel/access.ts';
import { httpErrors } from '#platform/http/port.ts';
import type { FilesNeeds } from '../needs.ts';

const CHECK_MS = 400; // who has lost the access is noticed within a second, as in streams of events

type ByCredentials = Pick<Actor, 'id' | 'sessionId' | 'apiKeyId'>;

/** What somebody may do now, for what goes on after their request was admitted, or is done in their name. */
export function createRights({ callerOf, permissionsOf }: Pick<FilesNeeds, 'callerOf' | 'permissionsOf'>) {
  /** Of a session, or of an API key: as far as its scopes go. None when that has ended. Never stale. */
  async function permissionsNow(actor: ByCredentials): Promise<ReadonlySet<string>> {
    return (await authorNow(actor))?.permissions ?? new Set();
  }

  /** The same, with who acts as the person by that key, for support; null when the session or key has ended. */
  async function authorNow(actor: ByCredentials): Promise<Pick<Actor, 'permissions' | 'impersonatorId'> | null> {
    const caller = await callerOf(actor);
    if (!caller) return null;
    const permissions = await permissionsOf(caller);
    const { key } = caller;
    if (!key) return { permissions };
    const { impersonatorId } = key;
    const kept = new Set([...key.scopes].filter((code) => permissions.has(code)));
    return { permissions: kept, ...(impersonatorId !== undefined && { impersonatorId }) };
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

  return { permissionsNow, authorNow, permissionsOfMaker, renew };
}

export type Rights = ReturnType<typeof createRights>;

/**
 * Asks again and again, while `work` receives or sends bytes, whether it may go on. What `check` throws goes to `stop`, which
 * ends the bytes, and is thrown instead of what `work` throws then. A check that fails counts: the access is not certain.
 */
export async function whileAllowed<R>(
  check: () => Promise<unknown>,
  stop: (reason: Error) => void,
  work: () => Promise<R>,
): Promise<R> {
  let refusal: Error | null = null;
  let isChecking = false;
  const timer = setInterval(() => {
    if (isChecking || refusal) return;
    isChecking = true;
    check()
      .catch((error: unknown) => {
        refusal = error instanceof Error ? error : new Error('the check of the access failed', { cause: error });
        stop(refusal);
      })
      .finally(() => (isChecking = false));
  }, CHECK_MS);
  try {
    return await work();
  } catch (error) {
    throw refusal ?? error;
  } finally {
    clearInterval(timer);
  }
}

export interface LinkMaker {
  readonly createdBy: string;
  /** With which the link was made; null: in a session. */
  readonly apiKeyId: string | null;
}

/** Nobody shares by a link what they may not do themselves: an API key has only its scopes. @throws `http.forbidden` */
export function requirePermission({ permissions }: Pick<Actor, 'permissions'>, { code }: Permission): void {
  if (!permissions.has(code)) throw httpErrors.forbidden({ permission: code });
}
