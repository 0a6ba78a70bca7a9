import type { ImportOptions, ImportSummary, UsersApi } from '../contract.ts';
import type { UsersNeeds } from '../needs.ts';
import type { MetadataService } from '../metadata/service.ts';
import { boundedLines, type Line } from './bounded-lines.ts';
import { checkLine, readLine, type LineRules, type ParsedPerson, type ReadLine, type Refusal } from './parse-line.ts';
import { listKnown } from './queries.ts';
import { createPeopleStore, keyOfIdentity, type LineOutcome, type StoreNeeds } from './store-people.ts';

const BATCH = 1000; // lines in one unit
const AT_ONCE = 2; // units: while the database stores one, the next is checked and sealed

export interface ImportNeeds extends StoreNeeds, Pick<UsersNeeds, 'providers' | 'now'> {
  readonly metadata: Pick<MetadataService, 'refusalOf' | 'refusalOfDepth'>;
}

/** What became of a line; a person, while nothing speaks against them: the store decides. */
interface Entry {
  readonly line: number;
  readonly result: LineOutcome | ParsedPerson;
}

/** Takes people over from another system. */
export function createImport({ providers, metadata, now, ...needs }: ImportNeeds): Pick<UsersApi, 'importPeople'> {
  const { db } = needs;
  const { store } = createPeopleStore(needs);

  async function importPeople(chunks: AsyncIterable<Buffer>, options: ImportOptions): Promise<ImportSummary> {
    const { isDryRun, firebase, onRefused, onProgress = () => {} } = options;
    const summary = { lines: 0, imported: 0, unchanged: 0, refused: 0 };
    const providerOf = (issuer: string) => providers.find((one) => one.isIssuer(issuer))?.name ?? null;
    const checkBatch = createBatchCheck({ metadata, ...(firebase && { firebase }), providerOf, now });
    const stored: Promise<readonly Entry[]>[] = [];

    async function settle(): Promise<void> {
      for (const { line, result } of (await stored[0]) ?? []) {
        summary.lines++;
        if (result === 'imported' || result === 'unchanged') summary[result]++;
        else if ('code' in result) {
          summary.refused++;
          await onRefused({ line, externalId: result.externalId, code: result.code, reason: result.reason });
        }
      }
      void stored.shift();
      onProgress(summary);
    }

    try {
      for await (const lines of inBatchesOf(BATCH, boundedLines(chunks))) {
        if (stored.length === AT_ONCE) await settle();
        const storing = storeBatch(await checkBatch(lines), isDryRun);
        storing.catch(() => {}); // awaited in turn
        stored.push(storing);
      }
      while (stored.length > 0) await settle();
    } finally {
      await Promise.allSettled(stored); // after an error none may run on
    }
    return summary;
  }

  async function storeBatch(entries: readonly Entry[], isDryRun: boolean): Promise<readonly Entry[]> {
    const people = entries.flatMap(({ result }) => (isPerson(result) ? [result] : []));
    const outcomes = (await store(people, { isDryRun }))[Symbol.iterator]();
    return entries.map((entry) => (isPerson(entry.result) ? { ...entry, result: mustNext(outcomes) } : entry));
  }

  /** Checks lines in their order. Of two lines with the same outside id, address or identity the first one counts. */
  function createBatchCheck(rules: LineRules) {
    const seen = { externalIds: new Set<string>(), addresses: new Set<string>(), identities: new Set<string>() };

    return async (lines: readonly Line[]): Promise<Entry[]> => {
      const read = lines.map((line) => ({ line: line.number, result: readOnce(line) }));
      const known = await listKnown(
        db.read,
        read.flatMap(({ result }) => ('value' in result ? [result.externalId] : [])),
      );
      return read.map(({ line, result }) => ({ line, result: 'value' in result ? check(result, known) : result }));
    };

    function readOnce({ text, fault }: Line): ReadLine | Refusal {
      if (fault !== null) return { externalId: null, code: fault, reason: FAULTS[fault] };
      const read = readLine(text);
      if ('code' in read) return read;
      const { externalId } = read;
      if (seen.externalIds.has(externalId))
        return { externalId, code: 'duplicate', reason: 'an earlier line has this externalId' };
      seen.externalIds.add(externalId);
      return read;
    }

    /** A known person is not looked at: the same file gives the same result after rules have changed. */
    function check(read: ReadLine, known: ReadonlySet<string>): LineOutcome | ParsedPerson {
      const { externalId } = read;
      if (known.has(externalId)) return 'unchanged';
      const person = checkLine(read, rules);
      if ('code' in person) return person;
      const identities = person.identities.map(keyOfIdentity);
      if (person.email !== null && seen.addresses.has(person.email))
        return { externalId, code: 'email_taken', reason: 'an earlier line has the address' };
      if (person.phone !== null && seen.addresses.has(person.phone))
        return { externalId, code: 'phone_taken', reason: 'an earlier line has the number' };
      if (identities.some((key) => seen.identities.has(key)))
        return { externalId, code: 'identity_taken', reason: 'an earlier line has one of the identities' };
      for (const address of [person.email, person.phone]) if (address !== null) seen.addresses.add(address);
      for (const key of identities) seen.identities.add(key);
      return person;
    }
  }

  return { importPeople };
}

const FAULTS = { too_long: 'a line has 64 KiB at most', not_utf8: 'the bytes are not UTF-8' };

function isPerson(result: Entry['result']): result is ParsedPerson {
  return typeof result === 'object' && !('code' in result);
}

function mustNext(outcomes: Iterator<LineOutcome>): LineOutcome {
  const { value, done } = outcomes.next();
  if (done) throw new Error('a line has no outcome');
  return value;
}

async function* inBatchesOf(size: number, lines: AsyncIterable<Line>): AsyncGenerator<Line[]> {
  let batch: Line[] = [];
  for await (const line of lines) {
    batch.push(line);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
