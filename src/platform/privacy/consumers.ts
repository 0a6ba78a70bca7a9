import { Type } from 'typebox';
import type { EventDef } from '#kernel/event.ts';
import type { Consumer } from '#platform/events/delivery.ts';
import type { Module } from '#platform/module.ts';

const UserDeleted = Type.Object({ userId: Type.String() });

/** One consumer per module: a module that fails to erase a person is retried, and delays no other module. */
export function privacyConsumers(modules: readonly Module[], deleted: EventDef<typeof UserDeleted>): Consumer[] {
  return modules.map(({ name, privacy }) => ({
    name: `privacy.${name}`,
    subscriptions: [
      { event: deleted, handle: (unit, payload) => privacy.erase(unit, (payload as { userId: string }).userId) },
    ],
  }));
}
