import { Readable } from 'node:stream';
import type { Actor } from '#kernel/access.ts';
import { toCsv } from '#kernel/csv.ts';
import { UUID_PATTERN } from '#kernel/id.ts';
import { toPage, toPaging, type FoundRows, type PageQuery } from '#kernel/page.ts';
import { searchText } from '#kernel/text.ts';
import { readArchivedUntil } from '../archives/manifests.ts';
import { decryptPayload, peopleOf, type DecryptedPayload } from '../chain/decrypt.ts';
import type { AuditNeeds } from '../needs.ts';
import { auditErrors } from '../contract.ts';
import { AuditEntry, type AuditExportQuery, type AuditFilter, type AuditQuery } from '../schemas.ts';
import {
  BATCH,
  countEntries,
  entryOrder,
  findEntry,
  listEntries,
  stopAt,
  walkEntries,
  type EntryRow,
} from './queries.ts';

const EXPORTED_AT_ONCE = 10_000; // ids in memory; filters are counted again for each
const MAX_DECRYPTED = 1000; // payloads are encrypted: a text search decrypts each, at about 0.1 ms, and goes on by cursor

/** Searches the entries that the units of all modules have recorded, and exports the result. */
export function createEntrySearch({ db, people }: Pick<AuditNeeds, 'db' | 'people'>) {
  async function decrypt(rows: readonly EntryRow[]): Promise<AuditEntry[]> {
    const sealing = await people.opener(peopleOf(rows));
    return rows.map((row) => toEntry(row, decryptPayload(row, sealing)));
  }

  /** @throws `audit.entry_not_found`, also for one that is archived */
  async function get(id: string): Promise<AuditEntry> {
    const row = await findEntry(db.read, id);
    const [entry] = row ? await decrypt([row]) : [];
    if (!entry) throw auditErrors.entryNotFound({ id });
    return entry;
  }

  /** @throws `http.cursor_invalid` */
  async function search({ text, ...query }: AuditQuery) {
    const page = text === undefined ? await listPage(query) : await lookThrough(text, query);
    return { ...page, archivedUntil: await readArchivedUntil(db.read) };
  }

  async function listPage(query: AuditFilter & PageQuery) {
    const page = await listEntries(db.read, query);
    return { ...page, items: await decrypt(page.items) };
  }

  /**
   * With page numbers it reads to the end, for the count; with a cursor until the page is full. In both cases it stops
   * after `MAX_DECRYPTED` entries.
   */
  async function lookThrough(text: string, query: AuditFilter & PageQuery) {
    const paging = toPaging(query, entryOrder.name, entryOrder.isValue);
    const { after, offset, pageSize } = paging;
    const pageOfFound = (found: FoundRows<AuditEntry>) => toPage(found, paging, entryOrder.name, entryOrder.value);
    const words = searchText(text);
    const rows: AuditEntry[] = [];
    let [total, looked] = [0, 0];
    for await (const { entries, next } of walk(query, { after: after?.id ?? null, atOnce: MAX_DECRYPTED })) {
      for (const entry of entries.filter((each) => contains(each, words))) {
        if (total >= offset && rows.length <= pageSize) rows.push(entry);
        total++;
      }
      looked += entries.length;
      if (after && rows.length > pageSize) break;
      const isEnough = looked >= MAX_DECRYPTED || entries.length < BATCH; // of several filters, 10,000 were compared
      if (isEnough && next !== null) return stopAt(pageOfFound({ rows, total: null }), next, paging);
    }
    return pageOfFound({ rows, total: after ? null : total });
  }

  async function* walk(query: AuditFilter, from: { after: string | null; atOnce: number }) {
    for await (const { rows, next } of walkEntries(db.read, query, from)) yield { entries: await decrypt(rows), next };
  }

  async function* matchesOf({ text, ...query }: AuditFilter): AsyncGenerator<AuditEntry> {
    const words = text === undefined ? null : searchText(text);
    for await (const { entries } of walk(query, { after: null, atOnce: EXPORTED_AT_ONCE }))
      for (const entry of entries) if (words === null || contains(entry, words)) yield entry;
  }

  /** A stream of all entries that match, newest first; and how many there are, counted up to 10,001. */
  async function download(actor: Actor, { format = 'csv', ...filter }: AuditExportQuery) {
    await db.write(actor, async ({ audit }) =>
      audit({
        action: 'audit.exported',
        resourceType: 'audit',
        resourceId: format,
        payload: { format, filter: toRecorded(filter) },
      }),
    );
    const total = filter.text === undefined ? await countEntries(db.read, filter) : null;
    const entries = matchesOf(filter);
    return { format, total, content: format === 'csv' ? toCsv(COLUMNS, toCells(entries)) : toNdjson(entries) };
  }

  return { get, search, download };
}

export type EntrySearch = ReturnType<typeof createEntrySearch>;

const COLUMNS = Object.keys(AuditEntry.properties) as (keyof AuditEntry)[];

/**
 * The filter, as the entry of an export records it. Typed text can name a person, and that entry belongs to no person, so
 * no erasure would delete it: only ids are recorded as they are, and of other text the length.
 */
function toRecorded({ text, actorId, resourceId, ...filter }: AuditFilter): Record<string, unknown> {
  const typed = Object.entries({ text, actorId, resourceId }).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const isId = name !== 'text' && UUID_PATTERN.test(value);
    return [isId ? [name, value] : [`${name}Length`, value.length]];
  });
  return { ...filter, ...Object.fromEntries(typed) };
}

function toNdjson(entries: AsyncIterable<AuditEntry>): Readable {
  async function* lines() {
    for await (const entry of entries) yield `${JSON.stringify(entry)}\n`;
  }
  return Readable.from(lines());
}

async function* toCells(entries: AsyncIterable<AuditEntry>) {
  for await (const entry of entries)
    yield { ...entry, isTampered: String(entry.isTampered), payload: entry.payload && JSON.stringify(entry.payload) };
}

function toEntry(row: EntryRow, { payload, ip, userAgent }: DecryptedPayload): AuditEntry {
  const { id, sequence, timestampUtc, actorType, actorId, impersonatorId, subjectId } = row;
  const { action, resourceType, resourceId } = row;
  return {
    id,
    sequence,
    timestampUtc,
    actorType,
    actorId,
    impersonatorId: impersonatorId ?? null,
    subjectId,
    action,
    resourceType,
    resourceId,
    outcome: row.outcome,
    ip,
    userAgent,
    requestId: row.requestId,
    traceId: row.traceId,
    payload: payload === null ? null : (JSON.parse(payload) as Record<string, unknown>),
    payloadHash: row.payloadHash.toString('hex'),
    previousChecksum: row.previousChecksum?.toString('hex') ?? null,
    checksum: row.checksum?.toString('hex') ?? null,
    isTampered: row.isTampered,
  };
}

/** `words` has the form of `searchText`. */
function contains(entry: AuditEntry, words: string): boolean {
  const { payload, action, actorId, impersonatorId, resourceType, resourceId, requestId, ip, userAgent } = entry;
  const texts = [
    action,
    actorId,
    impersonatorId,
    resourceType,
    resourceId,
    requestId,
    ip,
    userAgent,
    payload && JSON.stringify(payload),
  ];
  return texts.some((text) => text && searchText(text).includes(words));
}
