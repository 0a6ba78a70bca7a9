import { sql, type RawBuilder } from 'kysely';
import type { Keys } from '#platform/keys/port.ts';
import type { LogEvent } from '../contract.ts';
import type { LoggingReader, LoggingUnit, LoggingWriter } from '../needs.ts';
import type { EventRow } from '../tables.ts';
import { COPIED, checksumOf, fromLevelNumber, toLevelNumber, type ReceivedEvent, type SignedEvent } from './rows.ts';
import { addWords, type DayWord } from './vocabulary.ts';

/** Minutes, hours and days: a year of hours would be read from thousands of pages. */
export const GRAINS = [60, 3600, 86_400] as const; // seconds

/** Adds events and their words, and counts them. Part of the caller's unit. */
export async function insertEvents(
  unit: LoggingUnit,
  received: readonly ReceivedEvent[],
  words: readonly DayWord[],
  writer: number,
): Promise<void> {
  if (received.length === 0) return;
  const lines = Buffer.from(received.map(({ line }) => line).join(''));
  const copied = unit.copy('logging.event', COPIED, lines);
  const counted = addToRollups(unit.tx, toCounts(received.map(({ event }) => event)), writer);
  const worded = addWords(unit, words);
  counted.catch(() => {}); // they fail with the COPY, whose error says why
  worded.catch(() => {});
  await copied;
  await Promise.all([counted, worded]);
}

interface Count {
  readonly day: string;
  readonly seconds: number;
  readonly bucket: string;
  readonly level: number;
  readonly service: string;
  readonly module: string;
  readonly outcome: string;
  count: number;
}

type Counted = Pick<
  SignedEvent,
  'receivedAt' | 'timestampUtc' | 'level' | 'sourceService' | 'sourceModule' | 'outcome'
>;

function toCounts(events: readonly Counted[], sign = 1): Count[] {
  const counts = new Map<string, Count>();
  for (const event of events)
    for (const seconds of GRAINS) {
      const bucket = startOf(event.timestampUtc, seconds);
      const { sourceService: service, sourceModule, outcome } = event;
      const key = `${event.receivedAt.slice(0, 10)} ${seconds} ${bucket} ${event.level}\n${service}\n${sourceModule}\n${outcome}`;
      const known = counts.get(key);
      if (known) known.count += sign;
      else
        counts.set(key, {
          day: `${event.receivedAt.slice(0, 10)}T00:00:00Z`,
          seconds,
          bucket,
          level: toLevelNumber(event.level),
          service,
          module: sourceModule ?? '',
          outcome: outcome ?? '',
          count: sign,
        });
    }
  return [...counts].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, count]) => count);
}

/** The minute, hour or day of an instant. */
function startOf(instant: string, seconds: number): string {
  if (seconds === 60) return `${instant.slice(0, 16)}:00.000Z`;
  return seconds === 3600 ? `${instant.slice(0, 13)}:00:00.000Z` : `${instant.slice(0, 10)}T00:00:00.000Z`;
}

/** In one order, so that two writers of one row cannot deadlock. */
async function addToRollups(tx: LoggingWriter, counts: readonly Count[], writer: number): Promise<void> {
  if (counts.length === 0) return;
  const of = <K extends keyof Count>(name: K) => counts.map((count) => count[name]);
  await sql`
    insert into logging.rollup as r (day, seconds, bucket, level, service, module, outcome, writer, count)
    select c.day, c.seconds, c.bucket, c.level, c.service, c.module, c.outcome, ${writer}::int, c.count
    from unnest(${of('day')}::timestamptz[], ${of('seconds')}::int[], ${of('bucket')}::timestamptz[],
      ${of('level')}::smallint[], ${of('service')}::text[], ${of('module')}::text[], ${of('outcome')}::text[],
      ${of('count')}::bigint[]) with ordinality c (day, seconds, bucket, level, service, module, outcome, count, place)
    order by c.place
    on conflict (day, seconds, bucket, level, service, module, outcome, writer)
      do update set count = r.count + excluded.count`.execute(tx);
}

/** Events leave the counts under the writer 0. */
export function uncount(tx: LoggingWriter, events: readonly Counted[]): Promise<void> {
  return addToRollups(tx, toCounts(events, -1), 0);
}

const PLAIN = COPIED.filter((name) => name !== 'payload' && name !== 'checksum' && name !== 'tokens');

/** What is long, and not needed by each reader. */
export type LongColumn = 'message' | 'payload';

/** Columns for `toEvent`, under the alias `e`; those of `omitted` are empty. */
export function eventColumns(omitted: readonly LongColumn[] = []): RawBuilder<unknown> {
  const plain = PLAIN.map((name) => {
    if (name === 'message' && omitted.includes(name)) return `'' as message`;
    return `e.${name.replace(/[A-Z]+/g, (letters) => `_${letters.toLowerCase()}`)}`;
  });
  const payload = omitted.includes('payload') ? `'{}'` : 'e.payload::text';
  return sql.raw([...plain, `${payload} as payload_text`, 'e.checksum'].join(', '));
}

export const EVENT_COLUMNS = eventColumns();
export type FoundEvent = Omit<EventRow, 'payload' | 'tokens' | 'deletedAt'> & { readonly payloadText: string };

export function toEvent({ level, payloadText, checksum, ...row }: FoundEvent): LogEvent {
  return {
    ...row,
    level: fromLevelNumber(level),
    payload: JSON.parse(payloadText) as Record<string, unknown>,
    checksum: checksum.toString('hex'),
  };
}

/** Whether the event is as it was written. */
export function isIntact(keys: Pick<Keys, 'mac'>, row: FoundEvent): boolean {
  return checksumOf(keys, { ...row, level: fromLevelNumber(row.level) }).equals(row.checksum);
}

export async function findEvent(db: LoggingReader, id: string): Promise<FoundEvent | undefined> {
  const { rows } = await sql<FoundEvent>`
    select ${EVENT_COLUMNS} from logging.event e where e.id = ${id} and e.deleted_at is null`.execute(db);
  return rows[0];
}

/** Answers the event as it was; undefined if there is none. */
export async function softDelete(tx: LoggingWriter, id: string): Promise<FoundEvent | undefined> {
  const { rows } = await sql<FoundEvent>`
    update logging.event e set deleted_at = now() where e.id = ${id} and e.deleted_at is null
    returning ${EVENT_COLUMNS}`.execute(tx);
  return rows[0];
}

export async function isKnownCorrupted(db: LoggingReader, id: string): Promise<boolean> {
  const row = await db.selectFrom('logging.corruption').select('eventId').where('eventId', '=', id).executeTakeFirst();
  return row !== undefined;
}

/** Newest events first. */
export function listCorrupted(db: LoggingReader, before: string | null, limit: number) {
  const rows = db.selectFrom('logging.corruption').select(['eventId as id', 'foundAt']);
  return (before === null ? rows : rows.where('eventId', '<', before))
    .orderBy('eventId', 'desc')
    .limit(limit)
    .execute();
}

/** Remembers what was found; of one that is known the first time stays. */
export async function addCorrupted(db: LoggingReader, ids: readonly string[]) {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: string; foundAt: string }>`
    insert into logging.corruption (event_id) select unnest(${ids}::uuid[])
    on conflict (event_id) do update set event_id = excluded.event_id
    returning event_id as id, found_at`.execute(db);
  return rows.toSorted((one, other) => (one.id < other.id ? 1 : -1));
}
