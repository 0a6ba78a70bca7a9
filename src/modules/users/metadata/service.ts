import type { Actor } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { Precondition } from '#platform/http/port.ts';
import { userErrors, userEvents } from '../contract.ts';
import type { MetadataKind, UsersNeeds, UsersUnit } from '../needs.ts';
import { lockLive } from '../queries.ts';
import { createMetadataBounds } from './bounds.ts';
import { mergePatch, type Fields } from './merge-patch.ts';
import { findMetadata, putMetadata, type StoredMetadata } from './queries.ts';
import type { Metadata, MetadataChange, OwnMetadata, OwnMetadataChange } from './schemas.ts';

const MAX_CLAIMS_BYTES = 1024; // each request carries them

type Needs = Pick<UsersNeeds, 'db' | 'authorization' | 'metadataSchemas' | 'tokenClaims'>;

/** Fields of the installation's own about people. @throws for a schema that is none */
export function createMetadata({ db, authorization, metadataSchemas, tokenClaims }: Needs) {
  const { refusalOf, refusalOfDepth } = createMetadataBounds(metadataSchemas);
  const ordered = tokenClaims.toSorted((one, other) => Number(one.kind === 'unsafe') - Number(other.kind === 'unsafe'));

  async function own({ id }: Actor): Promise<OwnMetadata> {
    return toOwn(toMetadata(id, await findMetadata(db.read, id)));
  }

  /** @throws `users.metadata_invalid`, `http.precondition_failed` */
  async function changeOwn(actor: Actor, change: OwnMetadataChange, precondition: Precondition): Promise<OwnMetadata> {
    const changed = await db.write(actor, async (unit) => {
      if (!(await lockLive(unit.tx, { id: actor.id }))) throw userErrors.notFound({ id: actor.id });
      return apply(unit, actor.id, change, precondition);
    });
    return toOwn(changed);
  }

  /** @throws `users.not_found` */
  async function get(id: string): Promise<Metadata> {
    const account = await db.read.selectFrom('users.user').select('status').where('id', '=', id).executeTakeFirst();
    if (!account || account.status === 'deleted') throw userErrors.notFound({ id });
    return toMetadata(id, await findMetadata(db.read, id));
  }

  /** @throws `users.not_found`, `authorization.exceeds_own`, `users.metadata_invalid`, `http.precondition_failed` */
  async function changeOf(
    actor: Actor,
    id: string,
    wanted: MetadataChange,
    precondition: Precondition,
  ): Promise<Metadata> {
    return db.write(actor, async (unit) => {
      if (!(await lockLive(unit.tx, { id }))) throw userErrors.notFound({ id });
      await authorization.requireNoMore(withoutTables(unit), id);
      return apply(unit, id, wanted, precondition);
    });
  }

  /** What is private stays out of the trail, and values of the others too: it names the fields. */
  async function apply(
    unit: UsersUnit,
    userId: string,
    wanted: MetadataChange,
    precondition: Precondition,
  ): Promise<Metadata> {
    const before = await findMetadata(unit.tx, userId);
    precondition.require(before?.version ?? 0);
    const row: StoredMetadata = {
      userId,
      public: merge('public', before?.public, wanted.publicMetadata),
      private: merge('private', before?.private, wanted.privateMetadata),
      unsafe: merge('unsafe', before?.unsafe, wanted.unsafeMetadata),
      version: (before?.version ?? 0) + 1,
    };
    await putMetadata(unit.tx, row);
    const fields = Object.entries(wanted).flatMap(([kind, given]) =>
      Object.keys(given).map((name) => `${kind}.${name}`),
    );
    unit.publish(userEvents.metadataChanged, { userId });
    unit.audit({ action: 'users.metadata_changed', resourceType: 'user', resourceId: userId, payload: { fields } });
    return toMetadata(userId, row);
  }

  function merge(kind: MetadataKind, before: Fields | undefined, patch: Fields | undefined): Fields {
    if (!patch) return before ?? {};
    const refuse = (reason: string) => userErrors.metadataInvalid({ field: `${kind}Metadata`, reason });
    const tooDeep = refusalOfDepth(patch); // merging recurses
    if (tooDeep !== null) throw refuse(tooDeep);
    const merged = mergePatch(before, patch);
    const reason = refusalOf(kind, merged);
    if (reason !== null) throw refuse(reason);
    return merged;
  }

  /** For a new access token, as long as they fit: public ones first, so that nobody crowds them out by fields of their own. */
  async function claimsOf(userId: string): Promise<Record<string, unknown>> {
    if (tokenClaims.length === 0) return {};
    const row = await findMetadata(db.read, userId);
    const claims: Record<string, unknown> = {};
    for (const { claim, kind, field } of ordered) {
      const fields: Fields = row?.[kind] ?? {};
      if (!Object.hasOwn(fields, field)) continue;
      const size = Buffer.byteLength(JSON.stringify({ ...claims, [claim]: fields[field] }));
      if (size <= MAX_CLAIMS_BYTES) claims[claim] = fields[field];
    }
    return claims;
  }

  return { own, changeOwn, get, changeOf, refusalOf, refusalOfDepth, claimsOf };
}

export type MetadataService = ReturnType<typeof createMetadata>;

function toOwn({ privateMetadata: _, ...own }: Metadata): OwnMetadata {
  return own;
}

function toMetadata(id: string, row: Omit<StoredMetadata, 'userId'> = NOTHING): Metadata {
  return {
    id,
    publicMetadata: { ...row.public },
    privateMetadata: { ...row.private },
    unsafeMetadata: { ...row.unsafe },
    version: row.version,
  };
}

const NOTHING = { public: {}, private: {}, unsafe: {}, version: 0 };
