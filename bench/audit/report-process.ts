/**
 * `node bench/audit/report-process.ts URL SECRET`: whole reports and plain reading in turns; sends the figures over
 * process IPC.
 */
import { newId } from '#kernel/id.ts';
import { loadConfig } from '#platform/config/load.ts';
import { openDatabase } from '#platform/database/open.ts';
import { noTracer } from '#platform/telemetry/tracer.ts';
import { createKeys } from '#platform/keys/derived.ts';
import { createLog } from '#platform/log/pino.ts';
import { readChainedRows } from '#modules/audit/chain/chained-rows.ts';
import { readHead } from '#modules/audit/chain/head.ts';
import { createIntegrityCheck } from '#modules/audit/integrity/integrity-check.ts';
import type { AuditTables } from '#modules/audit/tables.ts';
import { sha256 } from '#verifier/entry.ts';

const ROUNDS = 3;
const BATCH = 200; // as the report reads

export interface ReportMeasure {
  readonly entries: number;
  readonly reported: readonly number[];
  readonly read: readonly number[];
  readonly progress: number;
  readonly beforeBytes: number;
  readonly maxBytes: number;
}

const [url = '', secret = ''] = process.argv.slice(2);
const keys = createKeys(secret);
const config = loadConfig({ DATABASE_URL: url, BONYAN_SECRET: secret });
const log = createLog('error');
const database = await openDatabase({
  config,
  dataDir: '/nonexistent',
  kind: 'command',
  nodeId: newId(),
  keys,
  tracer: noTracer,
  log,
});
const db = database.forModule<AuditTables>();
const { check } = createIntegrityCheck({ db, keys, people: database.people, anchors: [] });
const { size } = await readHead(db.read);
const beforeBytes = process.memoryUsage().rss;
let maxBytes = 0;
let progress = 0;
const reported: number[] = [];
const read: number[] = [];

for (let round = 0; round < ROUNDS; round++) {
  read.push(await timed(readAll));
  reported.push(await timed(report));
}
await database.close();
process.send?.({ entries: size, reported, read, progress, beforeBytes, maxBytes } satisfies ReportMeasure);
process.disconnect?.();

async function report(): Promise<void> {
  progress = 0;
  const onProgress = () => {
    progress++;
    maxBytes = Math.max(maxBytes, process.memoryUsage().rss);
  };
  const { report: found } = await check({ incremental: false, onProgress });
  if (!found.isValid || found.entriesChecked !== size) throw new Error(JSON.stringify(found));
}

/** Reads the same rows, with one SHA-256 each, while the next batch is being fetched. */
async function readAll(): Promise<void> {
  let next = readChainedRows(db.read, 0, size, BATCH);
  for (;;) {
    const rows = await next;
    const last = rows.at(-1);
    if (!last) return;
    next = readChainedRows(db.read, last.sequence, size, BATCH);
    for (const { checksum } of rows) sha256(checksum);
  }
}

async function timed(run: () => Promise<void>): Promise<number> {
  const beganMs = performance.now();
  await run();
  return (size / (performance.now() - beganMs)) * 1000;
}
