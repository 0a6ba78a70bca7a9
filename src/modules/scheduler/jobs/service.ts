import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { uniqueTexts } from '#kernel/text.ts';
import type { Precondition } from '#platform/http/port.ts';
import { schedulerErrors, schedulerEvents, type ScheduledJob } from '../contract.ts';
import { cancelAndFollow, decideFollowers } from '../dependencies/follow.ts';
import type { Payloads } from '../handlers/payload.ts';
import { policyOf, type HandlerRegistry } from '../handlers/registry.ts';
import type { SchedulerNeeds } from '../needs.ts';
import { findAllowed, lockAllowed } from '../queries.ts';
import { planNext } from '../schedules/occurrences.ts';
import type { JobChange, JobQuery, NewJob } from './schemas.ts';
import type { SchedulerUnit, StoredJob } from '../tables.ts';
import * as queries from './queries.ts';

export interface JobsNeeds extends Pick<SchedulerNeeds, 'db' | 'authorization'> {
  readonly registry: HandlerRegistry;
  readonly payloads: Payloads;
}

/** Jobs: what runs, in whose name, and what happens when it fails. */
export function createJobs({ db, authorization: { accessLists }, registry, payloads }: JobsNeeds) {
  const list = (actor: Actor, query: JobQuery) => queries.listJobs(db.read, actor, query, accessLists);

  /** @throws `scheduler.not_found`, also for a job of somebody else; so does every method here that takes an id. */
  async function get(actor: Actor, id: string): Promise<ScheduledJob> {
    return toShown(await findAllowed(db.read, actor, id, 'read', accessLists));
  }

  /**
   * @throws `scheduler.handler_unknown`, `scheduler.handler_forbidden`, `scheduler.payload_invalid`, `scheduler.name_taken`
   */
  function create(actor: Actor, input: NewJob): Promise<ScheduledJob> {
    const handler = registry.forActor(actor, input.type);
    const { payload, secrets } = payloads.prepare(handler, input.payload ?? {}, null);
    return db.write(actor, async (unit) => {
      const id = newId();
      await requireFreeName(unit, input.name, id);
      const { description = '', tags = [], priority = 'medium', concurrencyKey = null, type, name } = input;
      const job = await queries.insertJob(unit.tx, {
        ...policyOf(handler),
        ...definedOf(input),
        id,
        name,
        description,
        type,
        ownerId: actor.id,
        tags: uniqueTexts(tags),
        payload: JSON.stringify(payload),
        secret: payloads.seal(id, secrets),
        concurrencyKey,
        priority,
      });
      unit.publish(schedulerEvents.jobCreated, { jobId: id });
      unit.audit({ action: 'scheduler.job_created', resourceType: 'job', resourceId: id, payload: { name, type } });
      return job;
    });
  }

  /**
   * @throws `scheduler.access_denied`, `scheduler.job_declared`, `http.precondition_failed`, and as `create`
   */
  function edit(actor: Actor, id: string, input: JobChange, precondition: Precondition): Promise<ScheduledJob> {
    return db.write(actor, async (unit) => {
      const job = await lockAllowed(unit.tx, actor, id, 'write', accessLists);
      if (job.isDeclared) throw schedulerErrors.jobDeclared({ id });
      precondition.require(job.version);
      const handler = registry.forActor(actor, input.type ?? job.type);
      if (input.name !== undefined) await requireFreeName(unit, input.name, id);
      const { name, description, tags, priority, concurrencyKey } = input;
      const changed = await queries.updateJob(unit.tx, id, {
        ...definedOf(input),
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(tags !== undefined && { tags: uniqueTexts(tags) }),
        ...(priority !== undefined && { priority }),
        ...(concurrencyKey !== undefined && { concurrencyKey }),
        type: handler.type,
        ...payloadOf(actor, job, handler, input),
      });
      unit.publish(schedulerEvents.jobUpdated, { jobId: id });
      const fields = Object.keys(input).toSorted();
      unit.audit({ action: 'scheduler.job_updated', resourceType: 'job', resourceId: id, payload: { fields } });
      return changed;
    });
  }

  /**
   * A payload that is not changed is checked again: the type may be another one. Secrets stay with their type, and only
   * their owner can have them sent elsewhere: others who change the payload, also on behalf of the owner, give them again.
   */
  function payloadOf(
    actor: Actor,
    job: StoredJob,
    handler: ReturnType<HandlerRegistry['forActor']>,
    { type, payload: given }: JobChange,
  ) {
    if (given === undefined && (type === undefined || type === job.type)) return {};
    const isSame = given === undefined || isDeepStrictEqual(given, job.payload);
    const isOwner = job.ownerId === actor.id && actor.impersonatorId === undefined;
    const isKept = handler.type === job.type && (isOwner || isSame);
    const before = isKept ? payloads.open(job.id, job.secret) : null;
    const { payload, secrets } = payloads.prepare(handler, given ?? job.payload, before);
    return { payload: JSON.stringify(payload), secret: payloads.seal(job.id, secrets) };
  }

  /** The job stays with its executions, but does not run any more. @throws `scheduler.access_denied`, `scheduler.job_declared` */
  function deactivate(actor: Actor, id: string, precondition: Precondition): Promise<void> {
    return db.write(actor, async (unit) => {
      const job = await lockAllowed(unit.tx, actor, id, 'delete', accessLists);
      if (job.isDeclared) throw schedulerErrors.jobDeclared({ id });
      precondition.require(job.version);
      if (job.status === 'inactive') return;
      await deactivateJob(unit, job, 'the job was deactivated');
      unit.audit({
        action: 'scheduler.job_deactivated',
        resourceType: 'job',
        resourceId: id,
        payload: { name: job.name },
      });
    });
  }

  async function requireFreeName({ tx }: SchedulerUnit, name: string, exceptId: string): Promise<void> {
    if (await queries.isNameTaken(tx, name, exceptId)) throw schedulerErrors.nameTaken({ name });
  }

  return { list, get, create, edit, deactivate };
}

/** The job must be locked. Its runs are cancelled, and those that wait for it are decided about. */
export async function deactivateJob(unit: SchedulerUnit, job: StoredJob, reason: string): Promise<void> {
  await queries.updateJob(unit.tx, job.id, { status: 'inactive', statusUntil: null, statusReason: null });
  await planNext(unit, job, null);
  await cancelAndFollow(unit, job.id, reason);
  await decideFollowers(unit, job.id);
  unit.publish(schedulerEvents.jobUpdated, { jobId: job.id });
}

export type Jobs = ReturnType<typeof createJobs>;

/** The fields of the policy that were given. */
function definedOf(input: JobChange) {
  const { maxRetryAttempts, retryBackoffSeconds, backoff, maxExecutionSeconds, maxConsecutiveFailures, concurrency } =
    input;
  return {
    ...(maxRetryAttempts !== undefined && { maxRetryAttempts }),
    ...(retryBackoffSeconds !== undefined && { retryBackoffSeconds }),
    ...(backoff !== undefined && { backoff }),
    ...(maxExecutionSeconds !== undefined && { maxExecutionSeconds }),
    ...(maxConsecutiveFailures !== undefined && { maxConsecutiveFailures }),
    ...(concurrency !== undefined && { concurrency }),
  };
}

export function toShown({ secret: _, isDeclared: _d, statusAt: _a, ...job }: StoredJob): ScheduledJob {
  return job;
}
