import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exported, verifierCommand } from '#testing/trail/trail.ts';
import { wholeTrail, type TrailFacts } from '#testing/trail/whole-trail.ts';
import { verifyExport } from '#verifier/verify.ts';

const AT = 400;

type Lines = readonly string[];
type Change = readonly [change: (lines: Lines) => Lines, at: number | ((facts: TrailFacts) => number)];

const isEntry = (line: string, sequence = AT) => line.startsWith(`{"kind":"entry","sequence":${sequence},`);
const isKind = (line: string, kind: string) => line.startsWith(`{"kind":"${kind}"`);
const fields = (line: string) => JSON.parse(line) as Record<string, unknown>;

/** Sets fields of the entry. */
function set(changed: Record<string, unknown>, sequence = AT): (lines: Lines) => Lines {
  return edit(
    (line) => isEntry(line, sequence),
    (line) => JSON.stringify({ ...fields(line), ...changed }),
  );
}

function edit(picks: (line: string) => boolean, change: (line: string) => string): (lines: Lines) => Lines {
  return (lines) => lines.map((line) => (picks(line) ? change(line) : line));
}

function inHeader(changed: Record<string, unknown>): (lines: Lines) => Lines {
  return (lines) => lines.with(0, JSON.stringify({ ...fields(lines[0] ?? ''), ...changed }));
}

const without = (picks: (line: string) => boolean) => (lines: Lines) => lines.filter((line) => !picks(line));
const afterHeader = (line: string) => (lines: Lines) => lines.toSpliced(1, 0, line);
const replaced = (from: string, to: string) =>
  edit(
    (line) => isEntry(line),
    (line) => line.replace(from, to),
  );
const inNote = (kind: string, from: string, to: string) =>
  edit(
    (line) => isKind(line, kind),
    (line) => line.replace(from, to),
  );
const from = ({ archivedTo }: TrailFacts) => archivedTo + 1;

const CHANGES: Record<string, Change> = {
  'another action': [set({ action: 'probe.dond' }), AT],
  'another actor': [set({ actorId: 'probf' }), AT],
  'another outcome': [set({ outcome: 'failure' }), AT],
  'another instant': [set({ timestampUtc: '2020-01-01T00:00:00.000Z' }), AT],
  'no trace': [set({ traceId: null }), AT],
  'a subject of another type': [set({ subjectId: 5 }), AT],
  'another id': [set({ id: '01900000-0000-7000-8000-000000000001' }), AT],
  'no id': [set({ id: null }), AT],
  'another payload': [set({ payload: { said: 'forged' } }), AT],
  'no payload': [set({ payload: null }), AT],
  'another address': [set({ ip: '192.0.2.8' }), AT],
  'another salt': [set({ salt: '00'.repeat(16) }), AT],
  'a salt with a zero behind it': [replaced('","payloadState"', '00","payloadState"'), AT],
  'no salt': [set({ salt: null }), AT],
  'another commitment': [set({ payloadHash: '00'.repeat(32) }), AT],
  'a commitment with a digit behind it': [
    edit(
      (line) => isEntry(line),
      (line) => line.replace(/("payloadHash":"[0-9a-f]+)/, '$1f'),
    ),
    AT,
  ],
  'a payload that is said to be missing': [set({ payloadState: 'missing' }), AT],
  'a payload that is said to be unsalted': [set({ payloadState: 'unsalted', payload: { said: 'forged' } }), AT],
  'a payload that is said to be changed': [set({ payloadState: 'changed' }), AT],
  'a payload in an unknown state': [set({ payloadState: 'fine' }), AT],
  'a payload that is said to be missing, and is not there': [
    set({ payloadState: 'missing', payload: null, ip: null, userAgent: null, salt: null }),
    AT,
  ],
  'a payload of an erased person that is shown': [set({ payload: { said: 'forged' } }, 304), ({ erased }) => erased],
  'a text in place of the salt of a payload that is missing': [set({ salt: 'approved' }, 304), ({ erased }) => erased],
  'another checksum': [set({ checksum: '00'.repeat(32) }), AT],
  'a checksum with garbage behind it': [
    edit(
      (line) => isEntry(line),
      (line) => line.replace(/("checksum":"[0-9a-f]+)/, '$1zz'),
    ),
    AT,
  ],
  'another predecessor': [set({ previousChecksum: '00'.repeat(32) }), AT],
  'a field twice': [replaced('"kind":"entry"', '"kind":"entry","outcome":"failure"'), AT],
  'a field that nothing covers': [set({ remark: 'approved' }), AT],
  'blanks within a line': [replaced('"kind":"entry",', '"kind":"entry", '), AT],
  'another sequence': [
    edit(
      (line) => isEntry(line),
      (line) => line.replace(`"sequence":${AT}`, '"sequence":9999'),
    ),
    AT,
  ],
  'a negative sequence': [
    edit(
      (line) => isEntry(line),
      (line) => line.replace(`"sequence":${AT}`, '"sequence":-7'),
    ),
    AT,
  ],
  'an entry left out': [without((line) => isEntry(line)), AT],
  'an entry twice': [(lines) => lines.flatMap((line) => (isEntry(line) ? [line, line] : [line])), AT],
  'two entries in turn': [
    (lines) => {
      const at = lines.findIndex((line) => isEntry(line));
      return lines.with(at, lines[at + 1] ?? '').with(at + 1, lines[at] ?? '');
    },
    AT,
  ],
  'a late entry left out': [without((line) => isEntry(line, 550)), 550],
  'everything after an entry cut off': [
    (lines) =>
      lines.slice(
        0,
        lines.findIndex((line) => isEntry(line, AT)),
      ),
    AT,
  ],
  'the end left out': [without((line) => isKind(line, 'end')), ({ size }) => size + 1],
  'another number of entries': [
    edit(
      (line) => isKind(line, 'end'),
      () => '{"kind":"end","entries":7}',
    ),
    ({ size }) => size + 1,
  ],
  'an entry behind the end': [(lines) => [...lines, lines.at(-2) ?? ''], ({ size }) => size + 1],
  'a header of another log': [inHeader({ origin: 'another' }), ({ kept }) => kept[1] ?? 0],
  'a header that begins later': [inHeader({ from: 302 }), 302],
  'a header that begins at the first entry': [inHeader({ from: 1 }), 1],
  'a header that ends earlier': [inHeader({ to: 400 }), ({ size }) => size],
  'a header that ends later': [inHeader({ to: 99_999 }), ({ size }) => size + 1],
  'a header with another predecessor': [inHeader({ previousChecksum: '00'.repeat(32) }), from],
  'a header with another frontier': [inHeader({ frontier: [] }), from],
  'a manifest left out': [without((line) => isKind(line, 'archive')), 301],
  'a manifest changed': [inNote('archive', '\\"to\\":300', '\\"to\\":299'), 1],
  'a foreign key': [afterHeader('{"kind":"key","key":"log+9c3c4ba2+AcOG5rBq"}'), from],
  'a checkpoint changed': [inNote('checkpoint', '\\n', '\\n1'), ({ size }) => Number(`1${size}`)],
  'a checkpoint left out': [
    (lines) => lines.toSpliced(lines.findIndex((line) => isKind(line, 'checkpoint')) + 1, 1),
    ({ kept }) => kept[2] ?? 0,
  ],
  'a handover changed': [inNote('handover', 'next key', 'next kex'), from],
  'a handover left out': [without((line) => isKind(line, 'handover')), from],
  'a restoration changed': [inNote('restoration', 'nothing', 'anything'), from],
  'a restoration left out': [without((line) => isKind(line, 'restoration')), ({ kept }) => kept[4] ?? 0],
  'the erasure of a person left out': [without((line) => line.includes('audit.person_erased')), ({ erased }) => erased],
};

/** What makes the file no export of this format: it is refused as a whole. */
const REFUSED: Record<string, (lines: Lines) => Lines> = {
  'payloads that are said to be encrypted': inHeader({ payloads: 'sealed' }),
  'payloads in an unknown form': inHeader({ payloads: 'hidden' }),
  'a header without an end': inHeader({ to: 'x' }),
  'a header with a field that nothing covers': inHeader({ remark: 'approved' }),
  'an end with a field that nothing covers': edit(
    (line) => isKind(line, 'end'),
    (line) => line.replace('}', ',"remark":"approved"}'),
  ),
  'a line of an unknown kind': afterHeader('{"kind":"remark","note":"approved"}'),
  'a sequence that is no number': set({ sequence: '400' }),
  'a key among the entries': (lines) => lines.toSpliced(-2, 0, '{"kind":"key","key":"x"}'),
  'half a line': (lines) => [...lines.slice(0, -1), '{"kind":"en'],
};

test('each of more than 40 changes to an export is found with its sequence', async (t) => {
  const { app, facts, key, checkpoint } = await wholeTrail(t);
  const options = { keys: [key], checkpoints: [checkpoint] };
  const lines = await exported(app);
  const whole = await verifyExport(lines, options);
  assert.ok(Object.keys(CHANGES).length > 40);
  assert.deepEqual([whole.isValid, whole.notCompared, whole.breaks], [true, [], []]);

  for (const [name, [change, at]] of Object.entries(CHANGES))
    await t.test(name, async () => {
      const { isValid, breaks } = await verifyExport(change(lines), options);

      const expected = typeof at === 'number' ? at : at(facts);
      assert.equal(isValid, false);
      assert.ok(
        breaks.some(({ sequence }) => sequence === expected),
        `${expected} is not in ${JSON.stringify(breaks)}`,
      );
    });
  for (const [name, change] of Object.entries(REFUSED))
    await t.test(name, () => assert.rejects(verifyExport(change(lines), options), { name: 'ExportError' }));
});

/** Leaves out what could contradict the file, so that one signed head is left, and says how the file ends then. */
const STRIPPED: Record<string, Change> = {
  'all checkpoints but the last, which follows the entries': [
    (lines) => {
      const newest = lines.findLast((line) => isKind(line, 'checkpoint')) ?? '';
      return without((line) => isKind(line, 'checkpoint'))(lines).toSpliced(-1, 0, newest);
    },
    ({ kept }) => kept[4] ?? 0,
  ],
  'a restoration and all checkpoints but the last, which follows the entries': [
    (lines) => {
      const newest = lines.findLast((line) => isKind(line, 'checkpoint')) ?? '';
      return without((line) => /"kind":"(checkpoint|restoration)"/.test(line))(lines).toSpliced(-1, 0, newest);
    },
    ({ size }) => size,
  ],
};

test('a file with one signed head left is not valid, wherever that head is', async (t) => {
  const { app, facts, key } = await wholeTrail(t);
  const lines = await exported(app);
  const { rotated, archivedTo } = facts;
  const entries = lines.filter((line) => isKind(line, 'entry') && Number(fields(line)['sequence']) <= rotated);
  const preamble = without((line) => /"kind":"(checkpoint|restoration|entry|end)"/.test(line))(lines);
  const end = JSON.stringify({ kind: 'end', entries: rotated - archivedTo });
  const atHandover = inHeader({ to: rotated, origin: 'another' })([...preamble, ...entries, end]);

  for (const [name, [change, at]] of Object.entries(STRIPPED))
    await t.test(name, async () => {
      const { breaks } = await verifyExport(change(lines), { keys: [key] });

      const expected = typeof at === 'number' ? at : at(facts);
      assert.ok(
        breaks.some(({ sequence }) => sequence === expected),
        `${expected} is not in ${JSON.stringify(breaks)}`,
      );
    });
  await t.test('everything after a change of keys, and the name of the log', async () => {
    const named = await verifyExport(inHeader({ origin: JSON.parse(lines[0] ?? '').origin })(atHandover), {
      keys: [key],
    });
    const renamed = await verifyExport(atHandover, { keys: [key] });

    assert.deepEqual([named.isValid, renamed.isValid], [false, false]);
  });
});

test('a file that says it is an archive, with rewritten payloads and cut to an older signed head, is not valid', async (t) => {
  const { app, facts, key, checkpoint } = await wholeTrail(t);
  const older = facts.kept[1] ?? 0;
  const cut = (await exported(app)).filter((line) => {
    const { kind, sequence } = fields(line);
    return kind !== 'entry' || Number(sequence) <= older;
  });
  const rewritten = cut.map((line) =>
    isEntry(line) ? JSON.stringify({ ...fields(line), payload: { said: 'no' } }) : line,
  );
  const forged = inHeader({ payloads: 'sealed', to: older })(rewritten);
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-export-'));
  t.after(() => rm(folder, { recursive: true }));
  const [file, kept] = [join(folder, 'trail.ndjson'), join(folder, 'kept')];
  await writeFile(file, `${forged.join('\n')}\n`);
  await writeFile(kept, checkpoint);

  const withNone = await verifierCommand(file, '--key', key, '--checkpoint', kept);
  const withAny = await verifierCommand(file, '--key', key, '--checkpoint', kept, '--manifest', kept);

  assert.deepEqual([withNone.code, withAny.code], [2, 1]);
  assert.match(withNone.out, /^the file says that it is an archive/);
});

test('whatever was not compared is in the first line, and the exit code is not 0', async (t) => {
  const { app, key, early } = await wholeTrail(t);
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-export-'));
  t.after(() => rm(folder, { recursive: true }));
  const [file, archived] = [join(folder, 'trail.ndjson'), join(folder, 'archived')];
  await writeFile(file, (await exported(app)).join('\n'));
  await writeFile(archived, early);

  const proved = await verifierCommand(file, '--key', key);
  const keyless = await verifierCommand(file);
  const before = await verifierCommand(file, '--key', key, '--checkpoint', archived);

  assert.deepEqual([proved.code, keyless.code, before.code], [0, 3, 3]);
  assert.match(proved.out, /^VALID: \d+ entries of \S+, from 301 to \d+\n/);
  assert.match(keyless.out, /^INCOMPLETE: .*; not compared: the keys, which come from the file itself\n/);
  assert.match(before.out, /^INCOMPLETE: .*; not compared: 1 checkpoints of entries that are archived before these\n/);
});
