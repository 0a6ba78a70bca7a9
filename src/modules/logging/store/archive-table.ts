import type { FoundEvent, LongColumn } from './queries.ts';
import { toLevelNumber, wordsOf, type SignedEvent } from './rows.ts';

/** In the database that CLICKHOUSE_URL names. */
export const ARCHIVE_TABLE = 'logging_event';

const NULLABLE = [
  'sourceModule', 'sourceInstance', 'traceId', 'spanId', 'requestId', 'tenantId', 'actorType', 'actorId', 'outcome',
  'sessionId', 'ip', 'userAgent', 'deviceInfo', 'httpMethod', 'httpPath', 'errorCode', 'errorStackHash',
] as const; // prettier-ignore

/**
 * A row that is inserted again, by a relay that was killed or by a change, replaces the one before it: all that read say
 * `final`, and the highest `version` counts. The order is that of pages; `words` is searched as one text.
 */
export const CREATE_TABLE = `create table if not exists ${ARCHIVE_TABLE} (
  id String codec(ZSTD(1)),
  received_at DateTime64(3, 'UTC') codec(Delta, ZSTD(1)),
  timestamp_utc DateTime64(3, 'UTC') codec(Delta, ZSTD(1)),
  level UInt8,
  message String codec(ZSTD(1)),
  source_service LowCardinality(String),
  ${NULLABLE.map((name) => `${toColumn(name)} Nullable(String) codec(ZSTD(1))`).join(',\n  ')},
  http_status_code Nullable(Int16),
  tags Array(String),
  payload String codec(ZSTD(1)),
  pattern String codec(ZSTD(1)),
  fingerprint String codec(ZSTD(1)),
  checksum FixedString(64) codec(ZSTD(1)),
  words String codec(ZSTD(1)),
  is_deleted Bool,
  version UInt8,
  index of_id id type bloom_filter(0.001) granularity 1,
  index of_trace trace_id type bloom_filter(0.001) granularity 1,
  index of_actor actor_id type bloom_filter(0.001) granularity 1,
  index of_words words type tokenbf_v1(65536, 3, 0) granularity 1
) engine = ReplacingMergeTree(version)
partition by toYYYYMMDD(received_at)
order by (timestamp_utc, id)`;

const PLAIN = [
  'id', 'receivedAt', 'timestampUtc', 'level', 'message', 'sourceService', ...NULLABLE, 'httpStatusCode', 'tags',
  'pattern', 'fingerprint', 'checksum',
] as const; // prettier-ignore

/** Columns for `fromArchived`; those of `omitted` are empty. */
export function archiveColumns(omitted: readonly LongColumn[] = []): string {
  const plain = PLAIN.map((name) =>
    name === 'message' && omitted.includes(name) ? `'' as message` : `${toColumn(name)} as ${name}`,
  );
  return [...plain, `${omitted.includes('payload') ? `'{}'` : 'payload'} as payloadText`].join(', ');
}

export type ArchivedEvent = Omit<FoundEvent, 'checksum'> & { readonly checksum: string };

export function fromArchived({ checksum, ...row }: ArchivedEvent): FoundEvent {
  return { ...row, checksum: Buffer.from(checksum, 'hex') };
}

/** Which of several rows with one id counts: the relay may insert its own again after a change. */
export const VERSIONS = { relayed: 1, erased: 2, deleted: 3 } as const;

/** A row as ClickHouse takes it. */
export function toArchived(
  event: SignedEvent & { readonly checksum: Buffer },
  version: number = VERSIONS.relayed,
): Record<string, unknown> {
  const plain = PLAIN.map((name) => [toColumn(name), event[name]]);
  return {
    ...(Object.fromEntries(plain) as Record<string, unknown>),
    level: toLevelNumber(event.level),
    payload: event.payloadText,
    checksum: event.checksum.toString('hex'),
    words: toWordText(wordsOf(event)),
    version,
  };
}

/** In place of an event that was deleted: its place, and nothing of what it was. */
export function toTombstone({ id, receivedAt, timestampUtc }: Pick<FoundEvent, 'id' | 'receivedAt' | 'timestampUtc'>) {
  return {
    id,
    received_at: receivedAt,
    timestamp_utc: timestampUtc,
    is_deleted: 1,
    version: VERSIONS.deleted,
  };
}

/**
 * The words in their order, each between two spaces, so that a word, a phrase, and a part of either are parts of this text.
 * Where the words of two fields meet there are more spaces, as there are between the places of PostgreSQL.
 */
function toWordText(words: ReadonlyMap<string, string>): string {
  const placed: string[] = [];
  for (const [word, vector] of words)
    for (const place of vector.slice(word.length + 1).split(',')) placed[Number(place)] = word;
  return ` ${Array.from(placed, (word) => word ?? '').join(' ')} `;
}

function toColumn(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => `_${letters.toLowerCase()}`);
}
