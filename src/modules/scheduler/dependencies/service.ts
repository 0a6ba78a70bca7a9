import type { Actor } from '#kernel/access.ts';
import { schedulerErrors } from '../contract.ts';
import type { HandlerRegistry } from '../handlers/registry.ts';
import type { SchedulerNeeds } from '../needs.ts';
import { findAllowed, lockAllowed, lockJobs } from '../queries.ts';
import type { Dependency } from './schemas.ts';
import { decideAgain } from './follow.ts';
import * as queries from './queries.ts';

export function createDependencies({
  db,
  authorization: { accessLists },
  registry,
}: Pick<SchedulerNeeds, 'db' | 'authorization'> & { readonly registry: HandlerRegistry }) {
  /** @throws `scheduler.not_found` */
  async function list(actor: Actor, jobId: string): Promise<{ items: Dependency[] }> {
    await findAllowed(db.read, actor, jobId, 'read', accessLists);
    return { items: await queries.listDependencies(db.read, actor, jobId, accessLists) };
  }

  /** @throws `scheduler.not_found`, `scheduler.access_denied`, `scheduler.job_declared`, `scheduler.dependency_cycle`, `scheduler.too_many_dependencies` */
  function add(actor: Actor, jobId: string, dependsOnJobId: string): Promise<Dependency> {
    return db.write(actor, async (unit) => {
      const { tx } = unit;
      await queries.lockGraph(tx);
      const job = await findAllowed(tx, actor, jobId, 'manage', accessLists);
      if (job.isDeclared) throw schedulerErrors.jobDeclared({ id: jobId });
      registry.forActor(actor, job.type); // the end of the other one runs the job
      // Each end of its runs then decides about this one too, and there is a limit to how many may depend on it.
      const { id, name } = await findAllowed(tx, actor, dependsOnJobId, 'write', accessLists);
      await lockJobs(tx, [job.id, id]); // a run of the other one that ends now is followed
      if (await queries.reaches(tx, id, job.id)) throw schedulerErrors.dependencyCycle({ jobId, dependsOnJobId });
      const before = await queries.listDependencyIds(tx, job.id);
      if (before.length >= queries.MAX_DEPENDENCIES)
        throw schedulerErrors.tooManyDependencies({ limit: queries.MAX_DEPENDENCIES });
      const followers = await queries.listFollowers(tx, id);
      if (followers.length >= queries.MAX_FOLLOWERS && !followers.includes(job.id))
        throw schedulerErrors.tooManyDependencies({ limit: queries.MAX_FOLLOWERS });
      if (await queries.areTooMany(tx, job.id, id))
        throw schedulerErrors.tooManyDependencies({ limit: queries.MAX_CONNECTED });
      if (await queries.insertDependency(tx, job.id, id))
        unit.audit({
          action: 'scheduler.dependency_added',
          resourceType: 'job',
          resourceId: jobId,
          payload: { dependsOnJobId },
        });
      return { dependsOnJobId: id, name };
    });
  }

  /** @throws `scheduler.not_found`, `scheduler.access_denied`, `scheduler.dependency_not_found` */
  function remove(actor: Actor, jobId: string, dependsOnJobId: string): Promise<void> {
    return db.write(actor, async (unit) => {
      const job = await lockAllowed(unit.tx, actor, jobId, 'manage', accessLists);
      if (!(await queries.deleteDependency(unit.tx, job.id, dependsOnJobId)))
        throw schedulerErrors.dependencyNotFound({ jobId, dependsOnJobId });
      await decideAgain(unit, [job.id]);
      unit.audit({
        action: 'scheduler.dependency_removed',
        resourceType: 'job',
        resourceId: jobId,
        payload: { dependsOnJobId },
      });
    });
  }

  return { list, add, remove };
}

export type JobDependencies = ReturnType<typeof createDependencies>;
