import type { Static } from 'typebox';
import type { Actor } from '#kernel/access.ts';
import { UUID_PATTERN } from '#kernel/id.ts';
import { pageErrors } from '#kernel/page.ts';
import { loggingErrors } from '../contract.ts';
import type { LoggingNeeds } from '../needs.ts';
import type { CheckedEvent, CorruptedEvents, CorruptedQuery } from '../schemas.ts';
import {
  addCorrupted,
  findEvent,
  isIntact,
  isKnownCorrupted,
  listCorrupted,
  softDelete,
  toEvent,
  uncount,
  walkEvents,
} from './queries.ts';

const CHECKED_AT_ONCE = 5000;
const LISTED = 100;

/** Single events, and whether they are as they were written. */
export function createEventStore({ db, keys }: Pick<LoggingNeeds, 'db' | 'keys'>) {
  /** @throws `logging.event_not_found` */
  async function get(id: string, recalculates: boolean): Promise<Static<typeof CheckedEvent>> {
    const row = await findEvent(db.read, id);
    if (!row) throw loggingErrors.eventNotFound({ id });
    if (!recalculates) {
      const isKnown = await isKnownCorrupted(db.read, id);
      return { ...toEvent(row), integrity: isKnown ? 'corrupted' : 'unchecked' };
    }
    return { ...toEvent(row), integrity: isIntact(keys, row) ? 'valid' : 'corrupted' };
  }

  /** The row stays until its day is dropped, and is found by no search. @throws `logging.event_not_found` */
  function remove(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async ({ tx, audit }) => {
      const row = await softDelete(tx, id);
      if (!row) throw loggingErrors.eventNotFound({ id });
      const event = toEvent(row);
      await uncount(tx, [event]);
      const { sourceService, level, timestampUtc } = event;
      const payload = { sourceService, level, timestampUtc };
      audit({ action: 'logging.event_deleted', resourceType: 'logEvent', resourceId: id, payload });
    });
  }

  /** @throws `http.cursor_invalid` */
  async function corrupted({
    recalculate = false,
    cursor = null,
  }: Omit<Static<typeof CorruptedQuery>, 'cursor'> & { cursor?: string | null }): Promise<
    Static<typeof CorruptedEvents>
  > {
    if (cursor !== null && !UUID_PATTERN.test(cursor)) throw pageErrors.cursorInvalid();
    if (!recalculate) {
      const items = await listCorrupted(db.read, cursor, LISTED);
      return { items, checked: 0, nextCursor: items.length === LISTED ? (items.at(-1)?.id ?? null) : null };
    }
    const rows = await walkEvents(db.read, cursor, CHECKED_AT_ONCE);
    const items = await addCorrupted(
      db.read,
      rows.filter((row) => !isIntact(keys, row)).map(({ id }) => id),
    );
    const nextCursor = rows.length === CHECKED_AT_ONCE ? (rows.at(-1)?.id ?? null) : null;
    return { items, checked: rows.length, nextCursor };
  }

  return { get, remove, corrupted };
}

export type EventStoreService = ReturnType<typeof createEventStore>;
