import { sql } from 'kysely';
import type { Db } from '#platform/database/port.ts';
import { gaugesOf } from '#platform/telemetry/port.ts';
import type { FilesTables } from '../tables.ts';

const COUNT_CAP = 10_000;

interface Count {
  readonly status: string;
  readonly count: number;
}

/** Files that are not as their owners expect them. */
export function fileGauges({ db }: { readonly db: Db<FilesTables> }) {
  async function read(): Promise<Count[]> {
    // The states are written out for the plan to use the index of these rows.
    const counts = ['pending', 'missing', 'infected'].map(
      (status) => sql`
        select ${status}::text as status, count(*)::int8 as count from (
          select from files.file where storage_status = ${sql.lit(status)} limit ${COUNT_CAP}) counted`,
    );
    const { rows } = await sql<Count>`${sql.join(counts, sql` union all `)}`.execute(db.read);
    return rows;
  }

  const countOf = (counts: readonly Count[], wanted: string) =>
    counts.flatMap(({ status, count }) => (status === wanted ? [{ labels: [], value: count }] : []));

  return gaugesOf(read, [
    {
      name: 'bonyan_files_pending',
      help: 'Files that are received or inspected, counted up to 10,000',
      labels: [],
      toSamples: (counts) => countOf(counts, 'pending'),
    },
    {
      name: 'bonyan_files_missing',
      help: 'Files whose bytes are not in the storage, counted up to 10,000',
      labels: [],
      atMost: 0,
      toSamples: (counts) => countOf(counts, 'missing'),
    },
    {
      name: 'bonyan_files_infected',
      help: 'Files in quarantine, counted up to 10,000',
      labels: [],
      toSamples: (counts) => countOf(counts, 'infected'),
    },
  ]);
}
