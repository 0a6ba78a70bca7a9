import type { AccessReason, Actor, ResourceRule } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { AccessEntry, AccessLists } from '#modules/authorization/contract.ts';
import { fileErrors, fileEvents, filePermissions } from '../contract.ts';
import type { FilesNeeds } from '../needs.ts';
import { FILE_RESOURCE, requireRight, seesAll, visibleTo } from '../queries.ts';
import type { FileAccessEntry } from '../schemas.ts';
import type { FilesReader } from '../tables.ts';
import { listFileIds } from './queries.ts';

export interface FileAccessNeeds extends Pick<FilesNeeds, 'db'> {
  readonly accessLists: AccessLists;
}

/** Access lists of files: who else may read, change and delete a file. Its owner decides, and administrators. */
export function createFileAccess({ db, accessLists }: FileAccessNeeds) {
  /** @throws `files.not_found`, `files.access_denied` */
  async function list(actor: Actor, id: string): Promise<{ items: FileAccessEntry[] }> {
    await findManaged(db.read, actor, id);
    const entries = await accessLists.list(FILE_RESOURCE, id);
    return { items: entries.map(toShown) };
  }

  /**
   * An entry without a right is removed.
   * @throws `files.not_found`, `files.access_denied`, `authorization.user_not_found`, `authorization.role_not_found`
   */
  function put(actor: Actor, id: string, entry: FileAccessEntry): Promise<FileAccessEntry> {
    return db.write(actor, async (unit) => {
      const { ownerId } = await findManaged(unit.tx, actor, id, true);
      const stored = await accessLists.put(withoutTables(unit), FILE_RESOURCE, id, { ...entry, canManage: false });
      const shown = toShown(stored.entry);
      const { subjectType, subjectValue } = shown;
      if (stored.isChanged)
        unit.publish(fileEvents.permissionChanged, { fileId: id, ownerId, subjectType, subjectValue });
      return shown;
    });
  }

  /** Locked, a file is not purged until the entry is stored. */
  async function findManaged(reader: FilesReader, actor: Actor, id: string, isLocked = false) {
    const rows = visibleTo(reader, actor, accessLists).select(['id', 'ownerId', 'stage']).where('id', '=', id);
    const file = await (isLocked ? rows.forUpdate() : rows).executeTakeFirst();
    if (!file || file.stage === 'uploading') throw fileErrors.notFound({ id });
    await requireRight(reader, actor, file, 'own', accessLists);
    return file;
  }

  const { write, delete: remove, read } = filePermissions;
  const RIGHTS = new Map<string, 'read' | 'write' | 'delete'>([
    [read.code, 'read'],
    [write.code, 'write'],
    [remove.code, 'delete'],
  ]);

  /** Explains as the routes decide: what somebody may not read, nothing else is allowed on. */
  const rule: ResourceRule = {
    resourceType: FILE_RESOURCE,
    permissions: Object.values(filePermissions),
    manageAll: filePermissions.manageAll,
    async findReason(who, permission, id): Promise<AccessReason | null> {
      const file = await visibleTo(db.read, who, accessLists).select('ownerId').where('id', '=', id).executeTakeFirst();
      if (!file) return null;
      if (file.ownerId === who.id) return { code: 'owner' };
      if (seesAll(who)) return { code: 'permission', permission: filePermissions.manageAll.code };
      const right = RIGHTS.get(permission);
      return right ? accessLists.findReason(who.id, FILE_RESOURCE, id, right) : null;
    },
    listIds: (who, permission, page) => listFileIds(db.read, who, RIGHTS.get(permission) ?? null, page, accessLists),
  };

  return { list, put, rule };
}

export type AccessOfFiles = ReturnType<typeof createFileAccess>;

/** Of files nobody but the owner decides. */
function toShown({ canManage: _, ...entry }: AccessEntry): FileAccessEntry {
  return entry;
}
