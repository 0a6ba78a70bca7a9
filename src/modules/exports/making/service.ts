import { nowhere, system, type Actor } from '#kernel/access.ts';
import { newId } from '#kernel/id.ts';
import { createQuota } from '#kernel/limits/quota.ts';
import type { PageQuery } from '#kernel/page.ts';
import { Problem } from '#kernel/problem.ts';
import { defineQueue } from '#kernel/work.ts';
import { PAUSED_RETRY_MS, type RemovalPause } from '#platform/backup/port.ts';
import type { Db, Unit } from '#platform/database/port.ts';
import type { InProcessCaller, InProcess } from '#platform/in-process/port.ts';
import { httpErrors, type ServedBytes } from '#platform/http/port.ts';
import { storageErrors, type ObjectStorage } from '#platform/storage/port.ts';
import type { Work, WorkResult } from '#platform/work/port.ts';
import { exportErrors, type Export, type NewExport } from '../contract.ts';
import { listAt } from './lists.ts';
import {
  countBytes,
  countExports,
  deleteEnded,
  deleteExport,
  deleteExportsOf,
  endExport,
  exportsOf,
  findContent,
  findExport,
  findWork,
  insertExport,
  listExports,
  noteProgress,
  orphansOf,
  type Ending,
} from '../queries.ts';
import { codeOf, firstOf, isPassing, ListRefused, rowsOf, toBytes } from './rows.ts';
import type { ExportsTables } from '../tables.ts';

/** One item for each export. */
export const exportQueue = defineQueue('exports.export');
/** One item for the files of each export that was deleted. */
export const removalQueue = defineQueue('exports.removal');

const MAX_PER_USER = 10;
const MAX_BYTES = 512 * 1024 ** 2;
const NOTED_EVERY = 10; // pages
const KEPT_MS = 7 * 86_400_000;
const TIDIED_AT_ONCE = 100;
const ORPHAN_MS = 86_400_000; // longer than any attempt takes

export interface ExportsNeeds {
  readonly db: Db<ExportsTables>;
  readonly storage: ObjectStorage;
  readonly removalPause: RemovalPause;
  readonly inProcess: InProcess;
  /** Bytes that all exports of one user may have together; 0: no limit. */
  readonly quotaBytes: number;
  readonly now: () => Date;
}

type OwnUnit = Unit<ExportsTables>;

/** The owner has deleted it meanwhile. */
class Deleted extends Error {}

/** Lists of the API as files, made in the background with the rights of the person who asked. */
export function createExportService({ db, storage, removalPause, inProcess, quotaBytes, now }: ExportsNeeds) {
  const quota = createQuota({ limit: MAX_PER_USER, count: (owner, limit) => countExports(db.read, owner, limit) });

  /** Bytes that the user's next file may have. Their exports are made one after the other, so no two share it. */
  async function leftFor(ownerId: string): Promise<number> {
    return quotaBytes === 0 ? MAX_BYTES : Math.min(MAX_BYTES, quotaBytes - (await countBytes(db.read, ownerId)));
  }

  /** @throws `exports.no_list`, `exports.quota_used` */
  async function ask(actor: Actor, { path, query = '', format }: NewExport): Promise<Export> {
    if ((await listAt(inProcess, path)) === null) throw exportErrors.noList({ path });
    const { id: ownerId, sessionId, organisationId } = askerOf(actor);
    if ((await leftFor(ownerId)) <= 0) throw exportErrors.quotaUsed({ limitBytes: quotaBytes });
    const asked = { id: newId(), ownerId, sessionId, organisationId, path, query, format };
    const made = await quota.within(ownerId, () =>
      db.write(actor, async ({ tx, enqueue, audit }) => {
        enqueue(exportQueue, { ref: asked.id, key: `${exportQueue.name} ${ownerId}`, lane: 'low' });
        const payload = { path, query, format };
        audit({ action: 'exports.asked', resourceType: 'export', resourceId: asked.id, subjectId: ownerId, payload });
        return insertExport(tx, asked);
      }),
    );
    if (!made) throw exportErrors.quotaUsed({ limit: MAX_PER_USER });
    return made;
  }

  /** @throws `exports.not_found`, also for the export of another user */
  async function get(actor: Actor, id: string): Promise<Export> {
    return orNotFound(await findExport(db.read, actor.id, id), id);
  }

  /** @throws `exports.not_found`, `exports.not_done`, `exports.no_longer_allowed` */
  async function open(actor: Actor, id: string): Promise<ServedBytes> {
    const { storageKey, sizeBytes, format, status, path, query, endedAt } = orNotFound(
      await findContent(db.read, actor.id, id),
      id,
    );
    if (storageKey === null) throw exportErrors.notDone({ status });
    const list = await listAt(inProcess, path);
    const refused = list
      ? codeOf(await inProcess.get(askerOf(actor), firstOf({ path, query, isPaged: list.isPaged })))
      : exportErrors.noList.code; // an older release had it
    if (isPassing(refused)) throw httpErrors.overloaded({ retryAfterSeconds: 1 });
    if (refused !== '') throw exportErrors.noLongerAllowed({ refused });
    return {
      sizeBytes: sizeBytes ?? 0,
      etag: `"${id}"`,
      modifiedAt: endedAt === null ? null : new Date(endedAt),
      contentType: TYPES[format],
      disposition: `attachment; filename="export.${format}"`,
      async open(part) {
        const object = await storage.get(storageKey, part ?? undefined);
        if (!object) throw exportErrors.notFound({ id });
        return object.content;
      },
      decline: async () => {},
    };
  }

  /** Ends it if it waits or runs. @throws `exports.not_found` */
  function remove(actor: Actor, id: string): Promise<void> {
    return db.write(actor, async ({ tx, enqueue }) => {
      if (!(await deleteExport(tx, actor.id, id))) throw exportErrors.notFound({ id });
      enqueue(removalQueue, { ref: id });
    });
  }

  /** Another attempt begins anew: its rows would be others. */
  async function make({ ref: id, token, origin }: Work, signal: AbortSignal): Promise<WorkResult<ExportsTables>> {
    const asked = await findWork(db.read, id);
    if (!asked) return gone(id);
    if (asked.endedAt !== null) return { write: async () => {} };
    const { ownerId, sessionId, organisationId } = asked;
    const asker = { id: ownerId, sessionId, organisationId, origin: { ...nowhere, ...origin } };
    const storageKey = `${folderOf(id)}${token}`;
    const maxBytes = Math.max(0, await leftFor(ownerId));
    let [rowCount, pages] = [0, 0];

    async function note(count: number): Promise<void> {
      signal.throwIfAborted();
      rowCount = count;
      if (pages++ % NOTED_EVERY > 0) return;
      if (!(await db.write(system('exports', origin), ({ tx }) => noteProgress(tx, id, count)))) throw new Deleted();
    }

    try {
      const list = await listAt(inProcess, asked.path);
      if (list === null) throw new ListRefused(exportErrors.noList.code);
      const rows = rowsOf(inProcess, asker, { ...asked, ...list }, note, signal);
      const bytes = toBytes(asked.format, list.columns, rows);
      const { sizeBytes } = await storage.put(storageKey, bytes, { maxBytes });
      return ended(id, { status: 'done', rowCount, sizeBytes, storageKey });
    } catch (error) {
      if (signal.aborted) return { write: async () => {}, retryInMs: 0, isUntried: true }; // the process stops
      if (error instanceof Deleted) return gone(id);
      const tooLarge = maxBytes < MAX_BYTES ? exportErrors.quotaUsed.code : storageErrors.tooLarge.code;
      const refused = isTooLarge(error) ? tooLarge : error instanceof ListRefused ? error.code : null;
      if (refused === null) throw error;
      return ended(id, { status: 'failed', rowCount, error: refused });
    }
  }

  /** Its attempts are used. */
  async function giveUp({ ref: id }: Work): Promise<WorkResult<ExportsTables>> {
    return ended(id, { status: 'failed', error: exportErrors.gaveUp.code });
  }

  /** Deleted meanwhile: then the file goes too. */
  function ended(id: string, ending: Ending): WorkResult<ExportsTables> {
    return {
      write: async ({ tx, enqueue }) => {
        if (!(await endExport(tx, id, ending))) enqueue(removalQueue, { ref: id, lane: 'low' });
      },
    };
  }

  /** Its owner has deleted it: also what an attempt has stored that nobody knows of goes. */
  function gone(id: string): WorkResult<ExportsTables> {
    return { write: async ({ enqueue }) => enqueue(removalQueue, { ref: id, lane: 'low' }) };
  }

  /** The files of all attempts. */
  async function removeFiles({ ref: id }: Pick<Work, 'ref'>): Promise<WorkResult<ExportsTables>> {
    if (await removalPause.isPaused()) return { write: async () => {}, retryInMs: PAUSED_RETRY_MS, isUntried: true };
    const { objects } = await storage.list(folderOf(id));
    for (const { key } of objects) await storage.delete(key);
    return { write: async () => {} };
  }

  async function tidy(signal: AbortSignal): Promise<WorkResult<ExportsTables>> {
    const before = new Date(now().getTime() - KEPT_MS);
    const tidyBatch = () =>
      db.write(system('exports'), async ({ tx, enqueue }) => {
        const ids = await deleteEnded(tx, before, TIDIED_AT_ONCE);
        for (const ref of ids) enqueue(removalQueue, { ref });
        return ids.length;
      });
    while (!signal.aborted && (await tidyBatch()) === TIDIED_AT_ONCE);
    return { write: async () => {} };
  }

  /** Files of attempts that died or were too late: no export has them. */
  async function sweep(signal: AbortSignal): Promise<WorkResult<ExportsTables>> {
    const before = now().getTime() - ORPHAN_MS;
    let after: string | null = null;
    do {
      const page = await storage.list(FOLDER, { after });
      const old = page.objects.filter(({ modifiedAt }) => modifiedAt.getTime() < before).map(({ key }) => key);
      for (const key of old.length > 0 ? await orphansOf(db.read, old) : []) await storage.delete(key);
      after = page.next;
    } while (after !== null && !signal.aborted);
    return { write: async () => {} };
  }

  async function forgetUser({ tx, enqueue }: OwnUnit, userId: string): Promise<void> {
    for (const ref of await deleteExportsOf(tx, userId)) enqueue(removalQueue, { ref });
  }

  return {
    list: (actor: Actor, query: PageQuery) => listExports(db.read, actor.id, query),
    ask,
    get,
    open,
    remove,
    make,
    giveUp,
    removeFiles,
    tidy,
    sweep,
    exportFor: (userId: string) => exportsOf(db.read, userId),
    forgetUser,
  };
}

export type ExportService = ReturnType<typeof createExportService>;

function orNotFound<T>(found: T | undefined, id: string): T {
  if (!found) throw exportErrors.notFound({ id });
  return found;
}

const FOLDER = 'exports/';
const folderOf = (id: string) => `${FOLDER}${id}/`;
const TYPES = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' } as const;

function askerOf({ id, sessionId, organisation, origin }: Actor): InProcessCaller {
  return { id, sessionId, organisationId: organisation?.id ?? null, origin };
}

function isTooLarge(error: unknown): error is Problem {
  return error instanceof Problem && error.code === storageErrors.tooLarge.code;
}
