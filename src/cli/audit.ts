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
  summary: 'Write the audit trail from its last archive on, for `audit verify` anywhere',
  options: { out: { type: 'string' } },
  help: '--out FILE   write it there instead of to standard output\n\nOne JSON object a line: a header, the public keys, signed checkpoints, then every entry with its payload. Chains what still waits first.',
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
        process.stderr.write(`Written to ${out}. To verify it: bonyan audit verify ${out}\n`);
      return 0;
    }),
};

const STATUS_MS = 300;

export const auditArchive: Command = {
  name: 'audit archive',
  summary: 'Move old entries of the audit trail to object storage, or verify those that are there',
  options: { before: { type: 'string' }, verify: { type: 'boolean' }, open: { type: 'string' } },
  help: '--before DATE  archives what is older (2026-01-31, or an instant), up to the last signed checkpoint among it\n--verify       reads all archives back and holds them against their signed manifests\n--open KEY     writes the entries of an archive to standard output, one JSON object a line, with their payloads\n\nEntries leave the database only when the object was read back and its manifest is signed. A server that runs on the\nsame database does its part; without one this command does everything.',
  run: ({ before, verify, open }) =>
    withApp('worker', async (app) => {
      await app.prepare();
      if (verify === true) return verifyArchives(app);
      if (typeof open === 'string') return openArchive(app, open);
      const instant = new Date(String(before));
      if (Number.isNaN(instant.getTime()))
        throw Object.assign(new Error('--before DATE or --verify is expected'), { code: 'ERR_PARSE_ARGS_MISSING' });
      let archive = await app.audit.archives.begin(system('cli'), { before: instant.toISOString() });
      console.log(`Archiving the entries ${archive.fromSequence} to ${archive.toSequence}.`);
      app.background.start();
      while (archive.finishedAt === null) {
        await sleep(STATUS_MS);
        archive = await app.audit.archives.get(archive.id);
      }
      await app.background.stop(GRACE_MS);
      if (archive.status === 'failed') console.error(`Nothing was archived: ${archive.problem}`);
      else
        console.log(
          `They lie in ${archive.objectKey} (${archive.sizeBytes} bytes). Keep its manifest:\n\n${archive.manifest}`,
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
  summary: 'Verify an exported audit trail, without a database',
  options: {
    key: { type: 'string', multiple: true },
    checkpoint: { type: 'string', multiple: true },
    json: { type: 'boolean' },
  },
  takesWords: true,
  help: 'FILE                the export\n--key KEY           a public key (name+id+key) known from elsewhere; may be repeated. Without one those in the file are\n                    used, which proves only that the file agrees with itself\n--checkpoint FILE   a signed checkpoint kept from earlier, or a file of anchors: the trail must go on from it\n--json              the verdict as JSON\n\nEnds with 0 when everything holds, 1 when something is broken, 2 when the file cannot be read.',
  async run({ key = [], checkpoint = [], json }, [path, ...others]) {
    if (path === undefined || others.length > 0)
      throw Object.assign(new Error('one FILE is expected'), { code: 'ERR_PARSE_ARGS_MISSING' });
    return verifyFile(path, {
      keys: key as string[],
      checkpointFiles: checkpoint as string[],
      asJson: json === true,
    });
  },
};

export const auditAnchor: Command = {
  name: 'audit anchor',
  summary: 'Sign the head of the audit trail, and leave it at every anchor',
  options: {},
  help: 'The server does so every BONYAN_AUDIT_ANCHOR_SECONDS; do it before a backup or a handover.',
  run: () =>
    withApp('command', async (app) => {
      await app.prepare();
      await app.audit.sealer.drain();
      const names = await app.audit.anchor();
      console.log(
        names.length === 0
          ? 'The head is signed and kept. No configured anchor lacks it (`bonyan config` shows BONYAN_AUDIT_ANCHOR_…).'
          : `Left at:\n  ${names.join('\n  ')}`,
      );
      return 0;
    }),
};

export const auditRotateKey: Command = {
  name: 'audit rotate-key',
  summary: 'Make a new key for signing the audit trail',
  options: {},
  help: 'The key before signs for the new one, and what it signed stays verifiable.',
  run: () =>
    withApp('command', async (app) => {
      await app.prepare();
      console.log(`The trail is signed by the key ${await app.audit.rotateKey()} from now on.`);
      await app.audit.sealer.drain();
      return 0;
    }),
};

export const auditRestored: Command = {
  name: 'audit restored',
  summary: 'State, signed, that a backup was restored and the audit trail is shorter for it',
  options: {
    lost: { type: 'string' },
    reason: { type: 'string' },
    checkpoint: { type: 'string', multiple: true },
  },
  help: '--lost SIZE        entries that the trail had at most before, by the newest signed head that is known\n--reason TEXT      why; stands in the statement and in the trail\n--checkpoint FILE  a signed head that was kept elsewhere, or a file of anchors, where the anchors here know of none so large\n\nHeads that were signed before, between the present size and SIZE, are void from then on. Everything at or below the\npresent size must still hold: what was rewritten there is found as before. A head that does not fit what was signed last is\nmade anew from the seals.',
  async run({ lost, reason, checkpoint = [] }) {
    const size = Number(lost);
    if (!Number.isSafeInteger(size) || size < 1 || typeof reason !== 'string' || reason === '')
      throw Object.assign(new Error('--lost and --reason are expected'), { code: 'ERR_PARSE_ARGS_MISSING' });
    const checkpoints = (await Promise.all((checkpoint as string[]).map(readNotes))).flat();
    return withApp('command', async (app) => {
      await app.prepare();
      const { kept, note } = await app.audit.acceptRestore({ lost: size, reason, checkpoints });
      console.log(`The trail goes on from ${kept} entries. Keep this statement:\n\n${note}`);
      return 0;
    });
  },
};
