import { Readable } from 'node:stream';
import { readLines } from '#verifier/export-lines.ts';
import { verifyExport } from '#verifier/verify.ts';
import type { Config } from '#platform/config/load.ts';

/** The settings of an installation that a verification restores: nothing of it reaches other services, or this data. */
export function toBesideConfig(config: Config, secret: string, databaseUrl: string, dataDir: string): Config {
  return {
    ...config,
    secret,
    databaseUrl,
    databaseDirectUrl: null,
    databaseReplicaUrl: null,
    dataDir,
    databasePoolSize: 3,
    redisUrl: null,
    amqpUrl: null,
    clickHouseUrl: null,
    clamavUrl: null,
    s3Endpoint: null,
    logLevel: 'silent',
    otlpEndpoint: null,
  };
}

interface Checked {
  readonly secrets: {
    check(): Promise<readonly { readonly name: string; readonly rows: number; readonly unopenable: number }[]>;
  };
  readonly audit: { exportTrail(onProgress: () => void): AsyncIterable<string> };
}

/** What is wrong with encrypted values and the audit trail of an installation. */
export async function findFaults({ secrets, audit }: Checked): Promise<string[]> {
  const columns = await secrets.check();
  const unopenable = columns
    .filter((column) => column.unopenable > 0)
    .map(({ name, rows, unopenable: count }) => `${name}: ${count} of ${rows} encrypted values cannot be opened`);
  const trail = Readable.from(
    audit.exportTrail(() => {}),
    { objectMode: true },
  ).map((line: string) => Buffer.from(line));
  const { isValid, firstBreak } = await verifyExport(readLines(trail));
  const broken = isValid ? [] : [`the audit trail is broken: ${firstBreak?.kind} at ${firstBreak?.sequence}`];
  return [...unopenable, ...broken];
}
