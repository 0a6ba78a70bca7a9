#!/usr/bin/env node
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { verifyExport, type Verdict } from './verify.ts';

const USAGE = `Usage: audit-verify FILE [--key VERIFIER_KEY]… [--checkpoint FILE]… [--json]

FILE is an export of the audit trail. --key is a public key (name+id+key) from another source; without one the keys in the
file are used, which proves only that the file agrees with itself. --checkpoint is a signed checkpoint from earlier, or a
file of anchors. Exit code 0: valid. 1: broken. 2: the file cannot be read.
`;

/** The verifier's command line; returns the exit code. */
export async function runVerifier(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      key: { type: 'string', multiple: true },
      checkpoint: { type: 'string', multiple: true },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const [path] = positionals;
  if (values.help === true || path === undefined || positionals.length > 1) {
    process.stdout.write(USAGE);
    return values.help === true ? 0 : 2;
  }
  const { key = [], checkpoint = [], json = false } = values;
  return verifyFile(path, { keys: key, checkpointFiles: checkpoint, asJson: json });
}

export interface VerifyFileOptions {
  readonly keys: readonly string[];
  readonly checkpointFiles: readonly string[];
  readonly asJson: boolean;
}

/** Prints the verdict on one export; returns the exit code: 0 valid, 1 broken, 2 not readable. */
export async function verifyFile(path: string, { keys, checkpointFiles, asJson }: VerifyFileOptions): Promise<number> {
  try {
    const kept = await Promise.all(checkpointFiles.map(readNotes));
    const input = createReadStream(path);
    await once(input, 'open'); // rejects for a file that is not there
    const lines = createInterface({ input, crlfDelay: Infinity });
    const verdict = await verifyExport(lines, { keys, checkpoints: kept.flat() });
    process.stdout.write(asJson ? `${JSON.stringify(verdict, null, 2)}\n` : toText(verdict));
    return verdict.isValid ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
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
  const { isValid, origin, from, entriesChecked, headSequence, headChecksum, root, breaks, keys, areKeysGiven } =
    verdict;
  const { checkpointsBefore, arePayloadsChecked } = verdict;
  if (isValid && headSequence === 0) return 'EMPTY: the trail had no entries yet, so there was nothing to verify\n';
  const lines = [
    `${isValid ? 'VALID' : 'BROKEN'}: ${entriesChecked} entries of ${origin}, from ${from} to ${headSequence}`,
    `head checksum ${headChecksum}`,
    `tree root     ${root}`,
    ...keys.map(
      (key) => `key           ${key}${areKeysGiven ? '' : ' (from the file itself: compare it with one you know)'}`,
    ),
    ...(from > 1 ? [`archived      1 to ${from - 1}: by their signed manifests`] : []),
    ...(checkpointsBefore > 0 ? [`not compared  ${checkpointsBefore} checkpoints of entries that are archived`] : []),
    ...(arePayloadsChecked ? [] : ['not compared  payloads: this is an archive, where they are encrypted']),
    ...breaks.map(({ sequence, kind }) => `break         ${kind} at ${sequence}`),
  ];
  return `${lines.join('\n')}\n`;
}

if (process.argv[1] !== undefined && import.meta.filename === process.argv[1])
  process.exitCode = await runVerifier(process.argv.slice(2));
