#!/usr/bin/env node
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readLines } from './export-lines.ts';
import { verifyExport, type Verdict } from './verify.ts';

const USAGE = `Usage: audit-verify FILE [--key VERIFIER_KEY]… [--checkpoint FILE]… [--manifest FILE] [--json]

FILE is an export of the audit trail, or an archive. --key is a public key (name+id+key) from another source; without one
the keys in the file are used, which proves only that the file agrees with itself. --checkpoint is a signed checkpoint from
earlier, or a file of anchors. --manifest is the signed manifest of an archive, which it needs. Exit code 0: valid, and
compared with everything. 1: broken. 2: the file cannot be read. 3: not broken, but something was not compared.
`;

const [VALID, BROKEN, UNREADABLE, INCOMPLETE] = [0, 1, 2, 3];

/** The verifier's command line; returns the exit code. */
export async function runVerifier(words: readonly string[]): Promise<number> {
  const { values = {}, positionals = [] } = parseWords(words) ?? {};
  const [path] = positionals;
  if (values.help === true || path === undefined || positionals.length > 1) {
    process.stdout.write(USAGE);
    return values.help === true ? VALID : UNREADABLE;
  }
  const { key = [], checkpoint = [], manifest = null, json = false } = values;
  return verifyFile(path, { keys: key, checkpointFiles: checkpoint, manifestFile: manifest, asJson: json });
}

/** Null for options that there are not. */
function parseWords(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        key: { type: 'string', multiple: true },
        checkpoint: { type: 'string', multiple: true },
        manifest: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
  } catch {
    return null;
  }
}

export interface VerifyFileOptions {
  readonly keys: readonly string[];
  readonly checkpointFiles: readonly string[];
  /** Of an archive; null for an export. */
  readonly manifestFile: string | null;
  readonly asJson: boolean;
}

/** Prints the verdict on one export; returns the exit code, as `USAGE` says. */
export async function verifyFile(path: string, options: VerifyFileOptions): Promise<number> {
  const { keys, checkpointFiles, manifestFile, asJson } = options;
  try {
    const kept = await Promise.all(checkpointFiles.map(readNotes));
    const manifest = manifestFile === null ? {} : { manifest: await readFile(manifestFile, 'utf8') };
    const verdict = await verifyExport(readLines(createReadStream(path)), {
      keys,
      checkpoints: kept.flat(),
      ...manifest,
    });
    process.stdout.write(asJson ? `${JSON.stringify(verdict, null, 2)}\n` : toText(verdict));
    if (!verdict.isValid) return BROKEN;
    return verdict.notCompared.length === 0 ? VALID : INCOMPLETE;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return UNREADABLE;
  }
}

/** One signed note, or one line of JSON with a `note` for each anchor. */
export async function readNotes(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8');
  if (!text.startsWith('{')) return [text];
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => String((JSON.parse(line) as { note: unknown }).note));
}

function toText(verdict: Verdict): string {
  const { origin, from, entriesChecked, headSequence, headChecksum, root, breaks, keys, notCompared } = verdict;
  const lines = [
    `${toWord(verdict)}: ${entriesChecked} entries of ${origin}, from ${from} to ${headSequence}${notCompared.length === 0 ? '' : `; not compared: ${notCompared.join('; ')}`}`,
    `head checksum ${headChecksum}`,
    `tree root     ${root}`,
    ...keys.map((key) => `key           ${key}${verdict.areKeysGiven ? '' : ' (from the file itself)'}`),
    ...(from > 1 ? [`archived      1 to ${from - 1}: by their signed manifests`] : []),
    ...(verdict.arePayloadsChecked ? [] : ['payloads      encrypted, byte by byte as the manifest has signed them']),
    ...breaks.map(({ sequence, kind }) => `break         ${kind} at ${sequence}`),
  ];
  return `${lines.join('\n')}\n`;
}

function toWord({ isValid, headSequence, notCompared }: Verdict): string {
  if (!isValid) return 'BROKEN';
  if (headSequence === 0) return 'EMPTY';
  return notCompared.length === 0 ? 'VALID' : 'INCOMPLETE';
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1])
  process.exitCode = await runVerifier(process.argv.slice(2));
