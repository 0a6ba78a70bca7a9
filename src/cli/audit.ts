import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import { readNotes, verifyFile } from '#verifier/main.ts';
import { system } from '#kernel/access.ts';
import type { App } from '../app.ts';
import type { Command } from './command.ts';
import { GRACE_MS, withApp } from './context.ts';

export const auditExport: Command = {
  name: 'audit export',
  summary: 'Export the audit trail after its last archive, for `audit verify`',
  options: { out: { type: 'string' } },
  help: '--out FILE   write to this file instead of standard output\n\nOne JSON object a line: a header, the public keys, signed checkpoints, then every entry with its payload. Entries that\nare not chained yet are chained first.',
  run: ({ out }) =>
    withApp('command', async (app) => {
      await app.prepare();
      await app.audit.sealer.drain();
      const progress = (done: number, total: number) => {
        if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} entries`);
      };
      const target = typeof out === 'string' ? createWriteStream(out, { mode: 0o600 }) : process.stdout;
      await pipeline(Readable.from(app.audit.exportTrail(progress)), target, { end: target !== process.stdout });
      if (process.stderr.isTTY) process.stderr.write('\n');
      if (typeof out === 'string')
        process.stderr.write(`Written to ${out}. To verify it: bonyan audit verify ${out} --key KEY\n`);
      return 0;
    }),
};

const STATUS_MS = 300;

export const auditArchive: Command = {
  name: 'audit archive',
  summary: 'Move old entries of the audit trail to object storage, or verify the archives',
  options: { before: { type: 'string' }, verify: { type: 'boolean' }, open: { type: 'string' } },
  help: '--before DATE  archives older entries (2026-01-31, or an instant), up to the last signed checkpoint among them\n--verify       reads all archives back and compares them with their signed manifests\n--open KEY     writes the entries of an archive to standard output, one JSON object a line, with their payloads\n\nEntries are deleted from the database only after the object was read back and its manifest was signed. A worker on the\nsame database may take the job; otherwise this command does it.',
  run: ({ before, verify, open }) =>
    withApp('worker', async (app) => {
      await app.prepare();
      if (verify === true) return verifyArchives(app);
      if (typeof open === 'string') return openArchive(app, open);
      const instant = new Date(String(before));
      if (Number.isNaN(instant.getTime()))
        throw Object.assign(new Error('--before DATE, --verify or --open KEY is required'), {
          code: 'ERR_PARSE_ARGS_MISSING',
        });
      let archive = await app.audit.archives.begin(system('cli'), { before: instant.toISOString() });
      console.log(`Archiving the entries ${archive.fromSequence} to ${archive.toSequence} …`);
      app.background.start();
      while (archive.finishedAt === null) {
        await sleep(STATUS_MS);
        archive = await app.audit.archives.get(archive.id);
      }
      await app.background.stop(GRACE_MS);
      if (archive.status === 'failed') console.error(`Nothing was archived: ${archive.problem}`);
      else
        console.log(
          `They are stored in ${archive.objectKey} (${archive.sizeBytes} bytes). Keep its manifest:\n\n${archive.manifest}`,
        );
      return archive.status === 'failed' ? 1 : 0;
    }),
};

async function openArchive(app: App, objectKey: string): Promise<number> {
  await pipeline(Readable.from(app.audit.archives.open(objectKey)), process.stdout, { end: false });
  return 0;
}

async function verifyArchives(app: App): Promise<number> {
  let broken = 0;
  for await (const { objectKey, from, to, firstBreak } of app.audit.archives.verify()) {
    const verdict = firstBreak ? `BROKEN: ${firstBreak.kind} at ${firstBreak.sequence}` : 'VALID';
    console.log(`${verdict}  ${from} to ${to}  ${objectKey}`);
    if (firstBreak) broken++;
  }
  return broken === 0 ? 0 : 1;
}

export const auditVerify: Command = {
  name: 'audit verify',
  summary: 'Verify an exported audit trail; needs no database',
  options: {
    key: { type: 'string', multiple: true },
    checkpoint: { type: 'string', multiple: true },
    manifest: { type: 'string' },
    json: { type: 'boolean' },
  },
  takesWords: true,
  help: 'FILE                the export\n--key KEY           a public key (name+id+key) from another source; may be repeated. Without one the keys in the file are\n                    used, which proves only that the file agrees with itself\n--checkpoint FILE   a signed checkpoint from earlier, or a file of anchors: the trail must contain it\n--manifest FILE     the signed manifest of an archive (KEY.manifest beside it), which it needs\n--json              the verdict as JSON\n\nExit code 0: valid, and compared with everything. 1: broken. 2: the file cannot be read. 3: nothing is broken, but\nsomething was not compared; the first line says what.',
  async run({ key = [], checkpoint = [], manifest, json }, [path, ...others]) {
    if (path === undefined || others.length > 0)
      throw Object.assign(new Error('exactly one FILE is required'), { code: 'ERR_PARSE_ARGS_MISSING' });
    return verifyFile(path, {
      keys: key as string[],
      checkpointFiles: checkpoint as string[],
      manifestFile: typeof manifest === 'string' ? manifest : null,
      asJson: json === true,
    });
  },
};

export const auditAnchor: Command = {
  name: 'audit anchor',
  summary: 'Sign the head of the audit trail, and send it to every anchor',
  options: {},
  help: 'The server does this every BONYAN_AUDIT_ANCHOR_SECONDS. Do it before a backup or a change of operators.',
  run: () =>
    withApp('command', async (app) => {
      await app.prepare();
      await app.audit.sealer.drain();
      const names = await app.audit.anchor();
      console.log(
        names.length === 0
          ? 'The head is signed and stored. Every configured anchor has it already (`bonyan config` shows BONYAN_AUDIT_ANCHOR_…).'
          : `Sent to:\n  ${names.join('\n  ')}`,
      );
      return 0;
    }),
};

export const auditRotateKey: Command = {
  name: 'audit rotate-key',
  summary: 'Create a new key for signing the audit trail',
  options: {},
  help: 'The old key signs the new one. Everything that the old key signed can still be verified.',
  run: () =>
    withApp('command', async (app) => {
      await app.prepare();
      console.log(`From now on the audit trail is signed by the key ${await app.audit.rotateKey()}.`);
      await app.audit.sealer.drain();
      return 0;
    }),
};

export const auditRestored: Command = {
  name: 'audit restored',
  summary: 'Sign the statement that a backup was restored and the audit trail is therefore shorter',
  options: {
    lost: { type: 'string' },
    reason: { type: 'string' },
    checkpoint: { type: 'string', multiple: true },
  },
  help: '--lost SIZE        size of the trail before, according to the newest signed head that is known\n--reason TEXT      why; part of the statement and of the trail\n--checkpoint FILE  a signed head that was kept elsewhere, or a file of anchors; needed when no anchor here has one of SIZE\n\nHeads that were signed before, above the present size and up to SIZE, become void. Heads up to the present size stay\nvalid: a change to those entries is still found. A head that is not as it was signed is rebuilt from the seals.',
  async run({ lost, reason, checkpoint = [] }) {
    const size = Number(lost);
    if (!Number.isSafeInteger(size) || size < 1 || typeof reason !== 'string' || reason === '')
      throw Object.assign(new Error('--lost and --reason are required'), { code: 'ERR_PARSE_ARGS_MISSING' });
    const checkpoints = (await Promise.all((checkpoint as string[]).map(readNotes))).flat();
    return withApp('command', async (app) => {
      await app.prepare();
      const { kept, note } = await app.audit.acceptRestore({ lost: size, reason, checkpoints });
      console.log(`The trail continues from ${kept} entries. Keep this statement:\n\n${note}`);
      return 0;
    });
  },
};
