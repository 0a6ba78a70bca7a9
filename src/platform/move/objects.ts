import { createHash } from 'node:crypto';
import { Problem } from '#kernel/problem.ts';
import { storageErrors, type ObjectEntry, type ObjectStorage, type StoredObject } from '#platform/storage/port.ts';
import type { Arrival, MovedObject } from './arrival.ts';
import { MoveError } from './port.ts';

const AT_ONCE = 8; // each is up to 10 MB of memory
const SHOWN = 10;
const MAX_DAMAGED = 100; // more are no damage of single objects

export interface ObjectsNeeds {
  readonly from: ObjectStorage;
  readonly to: ObjectStorage;
  /** The prefixes of object keys. */
  readonly modules: readonly string[];
  readonly arrival: Arrival;
  /** What the database says of these objects; it need not know all of them. */
  readonly expected: (keys: readonly string[]) => Promise<ReadonlyMap<string, StoredObject>>;
}

export interface ObjectsSummary {
  readonly copied: number;
  readonly copiedBytes: number;
  /** Were there already. */
  readonly kept: number;
}

/**
 * Copies every object that the new storage does not have. What an earlier run has copied is not copied again, also where that
 * run was killed before it could note it: then the bytes of both are compared.
 * @throws {MoveError} naming those that cannot be read, or are not what the database says; all others were copied
 */
export async function copyObjects(needs: ObjectsNeeds): Promise<ObjectsSummary> {
  const { from, to, modules, arrival } = needs;
  const copier = createCopier(needs);
  await arrival.beginPass();
  for (const module of modules) {
    const prefix = `${module}/`;
    const isNew = (await to.list(prefix, { limit: 1 })).objects.length === 0;
    for await (const objects of pagesOf(from, prefix)) {
      const keys = objects.map(({ key }) => key);
      const [seen, expected] = await Promise.all([arrival.seen(keys), needs.expected(keys)]);
      await eachOf(objects, (object) =>
        copier.copy(object, { seen: seen.get(object.key), expected: expected.get(object.key), isNew }),
      );
    }
  }
  for (const key of await arrival.takeUnseen()) await to.delete(key); // removed since an earlier pass
  return copier.end();
}

interface Facts {
  readonly seen: MovedObject | undefined;
  readonly expected: StoredObject | undefined;
  /** The new storage has none of this module. */
  readonly isNew: boolean;
}

function createCopier({ from, to, arrival }: ObjectsNeeds) {
  const damaged: string[] = [];
  let [copied, copiedBytes, kept] = [0, 0, 0];

  /** What the new storage has under this key, when it is the same. */
  async function findSame({ key, sizeBytes }: ObjectEntry): Promise<string | null> {
    const there = await to.head(key);
    if (there?.sizeBytes !== sizeBytes) return null;
    const [own, other] = await Promise.all([hashOf(from, key), hashOf(to, key)]);
    return own === other ? own : null;
  }

  function note(key: string, why: string): void {
    damaged.push(`${key} (${why})`);
    if (damaged.length >= MAX_DAMAGED) throw toError();
  }

  function toError(): MoveError {
    const more = damaged.length > SHOWN ? ` and ${damaged.length - SHOWN} more` : '';
    return new MoveError(
      `${damaged.length} objects cannot be copied: ${damaged.slice(0, SHOWN).join('; ')}${more}. Bring them back from a backup, or delete these files, and run the same command again: what was copied stays.`,
    );
  }

  /** Null when it was removed meanwhile, or cannot be read. */
  async function transfer({ key, sizeBytes }: ObjectEntry): Promise<StoredObject | null> {
    const source = await openSource(from, key);
    if (source === null) return null;
    try {
      return await to.put(key, source.content(), { maxBytes: sizeBytes });
    } catch (error) {
      const isLonger = error instanceof Problem && error.code === storageErrors.tooLarge.code;
      const failure = isLonger ? 'it is longer than the storage says' : source.failure();
      if (failure === null) throw toTargetError(error);
      note(key, failure);
      return null;
    }
  }

  return {
    async copy(object: ObjectEntry, { seen, expected, isNew }: Facts): Promise<void> {
      const { key, sizeBytes } = object;
      const isExpected = (sha256: string) =>
        !expected || (expected.sha256 === sha256 && expected.sizeBytes === sizeBytes);
      if (seen?.bytes === sizeBytes && isExpected(seen.sha256)) return void kept++;
      const same = isNew ? null : await findSame(object);
      if (same !== null && isExpected(same)) {
        kept++;
        return arrival.note({ key, bytes: sizeBytes, sha256: same });
      }
      const stored = await transfer(object);
      if (stored === null) return;
      if (stored.sizeBytes !== sizeBytes || !isExpected(stored.sha256)) {
        await to.delete(key);
        return note(key, 'its bytes are not those that were stored');
      }
      copied++;
      copiedBytes += sizeBytes;
      await arrival.note({ key, bytes: sizeBytes, sha256: stored.sha256 });
    },
    /** @throws {MoveError} when some are damaged */
    end(): ObjectsSummary {
      if (damaged.length > 0) throw toError();
      return { copied, copiedBytes, kept };
    },
  };
}

/** An object to be read; `failure` says why that did not succeed. Null when there is none. */
async function openSource(from: ObjectStorage, key: string) {
  let failure: string | null = null;
  const failed = (error: unknown) => {
    failure = `it cannot be read: ${toMessage(error)}`;
  };
  const found = await from.get(key).catch((error: unknown) => {
    failed(error);
    return undefined;
  });
  if (found === null) return null;
  async function* content(): AsyncGenerator<Uint8Array> {
    if (!found) throw new Error('the object cannot be opened');
    try {
      yield* found.content;
    } catch (error) {
      failed(error);
      throw error;
    }
  }
  return { content, failure: () => failure };
}

/** The storage that the objects go to is away, or refuses this program. */
export function toTargetError(error: unknown): MoveError {
  if (error instanceof MoveError) return error;
  return new MoveError(
    `The new object storage cannot be used: ${toMessage(error)}. Mend it or the settings of --objects, and run the same command again: what was copied stays.`,
    { cause: error },
  );
}

function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Reads every object on both sides; answers what is missing or differs there. */
export async function compareObjects({ from, to, modules }: Pick<ObjectsNeeds, 'from' | 'to' | 'modules'>) {
  const differences: string[] = [];
  let objects = 0;
  for (const module of modules)
    for await (const page of pagesOf(from, `${module}/`))
      await eachOf(page, async ({ key }) => {
        objects++;
        const [own, other] = await Promise.all([hashOf(from, key), hashOf(to, key)]);
        if (own !== other)
          differences.push(`object ${key}: ${other === null ? 'it is missing' : 'its SHA-256 differs'}`);
      });
  return { objects, differences };
}

/** All objects of a prefix. */
export async function* pagesOf(storage: ObjectStorage, prefix: string): AsyncGenerator<readonly ObjectEntry[]> {
  for (let after: string | null = null, isLast = false; !isLast;) {
    const page = await storage.list(prefix, { after });
    if (page.objects.length > 0) yield page.objects;
    after = page.next;
    isLast = after === null;
  }
}

/** Some at once, in any order. */
async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values();
  const run = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, run));
}

/** Null when there is no such object. */
async function hashOf(storage: ObjectStorage, key: string): Promise<string | null> {
  const found = await storage.get(key);
  if (!found) return null;
  const hash = createHash('sha256');
  for await (const chunk of found.content) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
