import { Type } from 'typebox';
import type { EventDef } from '#kernel/event.ts';
import { defineQueue } from '#kernel/work.ts';
import { on } from '#platform/events/port.ts';
import type { Consumer } from '#platform/events/delivery.ts';
import type { Module } from '#platform/module.ts';
import { worker, type Worker } from '#platform/work/port.ts';

const UserDeleted = Type.Object({ userId: Type.String() });
const AGAIN_MS = 10 * 60_000; // no request that began before the deletion runs for longer
const againQueue = defineQueue('platform.erasure');

/**
 * One consumer per module: a module that fails to erase a person is retried, and delays no other module. Each erases again
 * later: a request of the person that began before the deletion may have stored something after it.
 */
export function createErasure(modules: readonly Module[], deleted: EventDef<typeof UserDeleted>, now: () => Date) {
  const consumers: Consumer[] = modules.map(({ name, privacy }) => ({
    name: `privacy.${name}`,
    subscriptions: [
      on<typeof UserDeleted, never>(deleted, async (unit, { userId }) => {
        await privacy.erase(unit, userId);
        const dueAt = new Date(now().getTime() + AGAIN_MS).toISOString();
        if (!privacy.refusesErased) unit.enqueue(againQueue, { ref: `${name} ${userId}`, lane: 'low', dueAt });
      }),
    ],
  }));

  const again: Worker = worker<never>({
    queue: againQueue,
    maxAttempts: 10,
    leaseMs: 60_000,
    async handle({ ref }) {
      const [name = '', userId = ''] = ref.split(' ');
      const erased = modules.find((module) => module.name === name);
      return { write: async (unit) => erased?.privacy.erase(unit, userId) };
    },
  });

  return { consumers, workers: [again] };
}
