import { isDeepStrictEqual } from 'node:util';
import { sql, type SqlBool } from 'kysely';
import { UUID_PATTERN } from '#kernel/id.ts';
import { withTables, type Db } from '#platform/database/port.ts';
import {
  deleteEntries,
  deleteEntry,
  findAllowingEntry,
  findEntry,
  isListed,
  listEntries,
  listEntriesFor,
  listedResources,
  upsertEntry,
  type AccessSubject,
} from './queries.ts';
import {
  authorizationActions as actions,
  authorizationErrors as errors,
  authorizationEvents as events,
  type AccessEntry,
  type AccessLists,
} from '../contract.ts';
import { holdOrganisation } from '../organisations/queries.ts';
import { lockRole } from '../roles/queries.ts';
import { lockSubject } from '../subjects/queries.ts';
import type { AuthorizationTables, AuthorizationUnit } from '../tables.ts';

/** Who has access to single resources of other modules. Read from the database each time, so it is never stale. */
export function createAccessLists(db: Db<AuthorizationTables>) {
  const api: AccessLists = {
    allows: ({ id }, resourceType, idRef, right) =>
      UUID_PATTERN.test(id) ? isListed(id, resourceType, idRef, right) : sql<SqlBool>`false`,

    listed: ({ id }, resourceType, right) => (UUID_PATTERN.test(id) ? listedResources(id, resourceType, right) : []),

    async findReason(userId, resourceType, resourceId, right) {
      const found = await findAllowingEntry(db.read, userId, resourceType, resourceId, right);
      return found ? { code: 'entry', subjectType: found.subjectType, subjectValue: found.subjectValue } : null;
    },

    list: (resourceType, resourceId) => listEntries(db.read, resourceType, resourceId),

    async put(anyUnit, resourceType, resourceId, entry) {
      const unit: AuthorizationUnit = withTables(anyUnit);
      const listed = await lockListed(unit, entry);
      const before = await findEntry(unit.tx, resourceType, resourceId, listed);
      if (hasAnyRight(entry)) await upsertEntry(unit.tx, resourceType, resourceId, listed, entry);
      else await deleteEntry(unit.tx, resourceType, resourceId, listed);
      const after = await findEntry(unit.tx, resourceType, resourceId, listed);
      const put = { entry: after ?? entry, isChanged: !isDeepStrictEqual(before, after) };
      if (!put.isChanged) return put;
      unit.publish(events.accessChanged, { resourceType, resourceId, ...listed });
      unit.audit({ action: actions.accessChanged, resourceType, resourceId, payload: { before, after } });
      return put;
    },

    forget: (unit, resourceType, resourceIds) =>
      deleteEntries(withTables<AuthorizationTables>(unit).tx, resourceType, resourceIds),
  };

  return { api, exportFor: (userId: string) => listEntriesFor(db.read, userId) };
}

/** Locks the row of the user, the role or the organisation: changes for it run one after the other, and each sees the one before. */
async function lockListed(
  { tx }: AuthorizationUnit,
  { subjectType, subjectValue }: AccessEntry,
): Promise<AccessSubject> {
  if (subjectType === 'user') {
    if (!UUID_PATTERN.test(subjectValue) || !(await lockSubject(tx, subjectValue)))
      throw errors.userNotFound({ userId: subjectValue });
    return { userId: subjectValue.toLowerCase() };
  }
  if (subjectType === 'organisation') {
    if (!UUID_PATTERN.test(subjectValue) || !(await holdOrganisation(tx, subjectValue)))
      throw errors.organisationNotFound({ organisationId: subjectValue });
    return { organisationId: subjectValue.toLowerCase() };
  }
  const byId = UUID_PATTERN.test(subjectValue) ? await lockRole(tx, { id: subjectValue }) : undefined;
  const role = byId ?? (await lockRole(tx, { name: subjectValue }));
  if (!role) throw errors.roleNotFound({ roleName: subjectValue });
  return { roleId: role.id };
}

function hasAnyRight({ canRead, canWrite, canDelete, canManage }: AccessEntry): boolean {
  return canRead || canWrite || canDelete || canManage;
}
