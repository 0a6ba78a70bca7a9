import { sql } from 'kysely';
import { gaugesOf, single } from '#platform/telemetry/port.ts';
import type { AuditNeeds } from '../needs.ts';
import { unsealedAgeSeconds } from './queries.ts';

const COUNT_CAP = 10_000;
const VERIFIED_SECONDS = 3600; // it is done every five minutes
const SEALED_SECONDS = 10; // ten times what is promised

export function trailGauges({ db }: Pick<AuditNeeds, 'db'>) {
  async function read() {
    const [{ rows }, oldestSeconds] = await Promise.all([
      sql<{ sealed: number; unsealed: number; verifiedSeconds: number | null }>`
        select (select max(size) from audit.head) as sealed,
          (select count(*) from (select from audit.unsealed limit ${COUNT_CAP}) counted) as unsealed,
          (select extract(epoch from now() - max(at))::float8 from audit.verified) as verified_seconds`.execute(
        db.read,
      ),
      unsealedAgeSeconds(db.read),
    ]);
    return { sealed: null, unsealed: null, verifiedSeconds: null, ...rows[0], oldestSeconds };
  }

  return gaugesOf(read, [
    {
      name: 'bonyan_audit_sealed',
      help: 'Entries of the trail that are chained',
      labels: [],
      toSamples: ({ sealed }) => single(sealed),
    },
    {
      name: 'bonyan_audit_unsealed',
      help: 'Entries that wait to be chained, counted up to 10,000',
      labels: [],
      toSamples: ({ unsealed }) => single(unsealed),
    },
    {
      name: 'bonyan_audit_unsealed_seconds',
      help: 'How long the oldest entry has waited to be chained',
      labels: [],
      atMost: SEALED_SECONDS,
      toSamples: ({ oldestSeconds }) => single(oldestSeconds),
    },
    {
      name: 'bonyan_audit_verified_seconds',
      help: 'Time since the last clean audit check',
      labels: [],
      atMost: VERIFIED_SECONDS,
      toSamples: ({ verifiedSeconds }) => single(verifiedSeconds),
    },
  ]);
}
