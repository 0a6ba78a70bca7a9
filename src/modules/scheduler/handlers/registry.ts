import { Type } from 'typebox';
import type { Actor } from '#kernel/access.ts';
import { defineHandler, type JobHandler, type JobPolicy } from '#platform/jobs/port.ts';
import type { Job } from '#platform/work/port.ts';
import { schedulerErrors, schedulerPermissions, type DeclaredJobs } from '../contract.ts';
import type { ShownHandler } from './schemas.ts';

const defaultPolicy: JobPolicy = {
  maxRetryAttempts: 3,
  retryBackoffSeconds: 10,
  backoff: 'exponential',
  maxExecutionSeconds: 300,
  maxConsecutiveFailures: 5,
  concurrency: 'forbid',
};

/** A duty of the program may take long, and is never quarantined: what fails today is still to be done tomorrow. */
const dutyPolicy: JobPolicy = { ...defaultPolicy, maxExecutionSeconds: 86_400, maxConsecutiveFailures: 0 };

/** The handlers that the modules of this program have. Filled once, at the start. */
export function createRegistry() {
  const byType = new Map<string, JobHandler>();

  /** A handler of the same name as a duty is what the duty runs, with an empty payload. */
  function register({ handlers = [], jobs = [] }: DeclaredJobs): void {
    for (const handler of handlers) {
      if (byType.has(handler.type)) throw new Error(`two modules have a handler ${handler.type}`);
      requireSecretsOnTop(handler);
      byType.set(handler.type, handler);
    }
    for (const job of jobs) if (!byType.has(job.name)) byType.set(job.name, toHandler(job));
  }

  /** @throws `scheduler.handler_unknown`, `scheduler.handler_forbidden` */
  function forActor({ permissions }: Pick<Actor, 'permissions'>, type: string): JobHandler {
    const handler = byType.get(type);
    if (!handler) throw schedulerErrors.handlerUnknown({ type, known: [...byType.keys()].toSorted() });
    const { code } = handler.permission;
    if (!permissions.has(code)) throw schedulerErrors.handlerForbidden({ type, permission: code });
    return handler;
  }

  /** Whether `forActor` would answer. */
  function allows({ permissions }: Pick<Actor, 'permissions'>, type: string): boolean {
    const handler = byType.get(type);
    return handler !== undefined && permissions.has(handler.permission.code);
  }

  function list(): ShownHandler[] {
    const all = [...byType.values()].toSorted((a, b) => (a.type < b.type ? -1 : 1));
    return all.map(({ type, description, permission, payload, isolated }) => ({
      type,
      description,
      permission: permission.code,
      payload: structuredClone(JSON.parse(JSON.stringify(payload))),
      isIsolated: isolated !== undefined,
    }));
  }

  return {
    register,
    forActor,
    allows,
    list,
    find: (type: string) => byType.get(type),
    /** Whether any type has a limit of runs at once. */
    hasLimits: () => [...byType.values()].some(({ maxConcurrent }) => maxConcurrent !== undefined),
  };
}

export type HandlerRegistry = ReturnType<typeof createRegistry>;

export function policyOf({ policy }: JobHandler): JobPolicy {
  return { ...defaultPolicy, ...policy };
}

/** A deeper one would be stored and shown as it is. */
function requireSecretsOnTop({ type, payload }: JobHandler): void {
  const marked = (schema: unknown) => JSON.stringify(schema).split('"writeOnly":true').length - 1;
  const onTop = Object.values(payload.properties).filter((field) => 'writeOnly' in field).length;
  if (marked(payload) !== onTop) throw new Error(`only fields of the payload of ${type} itself can be secrets`);
}

function toHandler({ name, description, run }: Job): JobHandler {
  return defineHandler({
    type: name,
    description,
    payload: Type.Object({}),
    permission: schedulerPermissions.manageAll,
    policy: dutyPolicy,
    run: ({ signal }) => run(signal),
  });
}
