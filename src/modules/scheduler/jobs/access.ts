import type { AccessReason, Actor, ResourceRule } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { AccessEntry } from '#modules/authorization/contract.ts';
import { schedulerErrors, schedulerPermissions } from '../contract.ts';
import type { SchedulerNeeds } from '../needs.ts';
import { findAllowed, JOB_RESOURCE, lockAllowed, seesAll, visibleTo } from '../queries.ts';
import { listAllowedIds } from './queries.ts';

/** Access lists of jobs: who else may see, change, deactivate and manage one. Its owner decides, and administrators. */
export function createJobAccess({ db, authorization: { accessLists } }: Pick<SchedulerNeeds, 'db' | 'authorization'>) {
  /** @throws `scheduler.not_found`, `scheduler.access_denied` */
  async function list(actor: Actor, jobId: string): Promise<{ items: AccessEntry[] }> {
    await findAllowed(db.read, actor, jobId, 'own', accessLists);
    return { items: await accessLists.list(JOB_RESOURCE, jobId) };
  }

  /**
   * An entry without a right is removed. @throws `scheduler.not_found`, `scheduler.access_denied`,
   * `scheduler.job_declared`, `authorization.user_not_found`, `authorization.role_not_found`
   */
  function put(actor: Actor, jobId: string, entry: AccessEntry): Promise<AccessEntry> {
    return db.write(actor, async (unit) => {
      const job = await lockAllowed(unit.tx, actor, jobId, 'own', accessLists);
      if (job.isDeclared) throw schedulerErrors.jobDeclared({ id: jobId });
      return (await accessLists.put(withoutTables(unit), JOB_RESOURCE, job.id, entry)).entry;
    });
  }

  const { read, write, execute, manage } = schedulerPermissions;
  const RIGHTS = new Map<string, 'read' | 'write' | 'manage'>([
    [read.code, 'read'],
    [write.code, 'write'],
    [execute.code, 'write'],
    [manage.code, 'manage'],
  ]);

  /** Explains as the routes decide: what somebody may not read, nothing else is allowed on. */
  const rule: ResourceRule = {
    resourceType: JOB_RESOURCE,
    permissions: [read, write, execute, manage, schedulerPermissions.access, schedulerPermissions.manageAll],
    manageAll: schedulerPermissions.manageAll,
    async findReason(who, permission, id): Promise<AccessReason | null> {
      const job = await visibleTo(db.read, who, accessLists).select('ownerId').where('id', '=', id).executeTakeFirst();
      if (!job) return null;
      if (job.ownerId === who.id) return { code: 'owner' };
      if (seesAll(who)) return { code: 'permission', permission: schedulerPermissions.manageAll.code };
      const right = RIGHTS.get(permission);
      return right ? accessLists.findReason(who.id, JOB_RESOURCE, id, right) : null;
    },
    listIds: (who, permission, page) => listAllowedIds(db.read, who, RIGHTS.get(permission) ?? null, page, accessLists),
  };

  return { list, put, rule };
}

export type JobAccess = ReturnType<typeof createJobAccess>;
