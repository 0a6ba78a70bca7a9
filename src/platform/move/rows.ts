import pg from 'pg';
import { copyIn, copyOut } from '#platform/backup/copy.ts';
import { digestOf, listPartitions, listSequences, listTables, suspendRules } from '#platform/backup/schema.ts';
import type { Queries } from '#platform/database/pool.ts';
import { adoptEvents } from '#platform/events/adoption.ts';
import { inTransaction } from './changes.ts';
import { MoveError } from './port.ts';

export interface RowsNeeds {
  /** Of the old database, which takes no changes any more. */
  readonly from: pg.Client;
  /** Of the new one, with the same schema. */
  readonly to: pg.Client;
  readonly schemas: readonly string[];
  /** Opens what the new database has sealed. @throws when this is another secret */
  readonly openSecrets: (client: Queries) => Promise<void>;
  /** The last part of the transaction. */
  readonly complete: () => Promise<unknown>;
}

export interface RowsSummary {
  readonly tables: number;
  readonly rows: number;
  /** Events that some consumer has not handled yet. */
  readonly undelivered: number;
}

/** Copies all rows, compares them by count and checksum, and adopts the event log: all of it, or nothing. */
export function copyRows(needs: RowsNeeds): Promise<RowsSummary> {
  const { from, to } = needs;
  return inTransaction(to, async () => {
    await from.query('begin isolation level repeatable read read only');
    try {
      return await fill(needs);
    } finally {
      await from.query('rollback').catch(() => {}); // it has only read, and the connection may be lost
    }
  });
}

async function fill({ from, to, schemas, openSecrets, complete }: RowsNeeds): Promise<RowsSummary> {
  const tables = await listTables(from, schemas);
  const rules = await suspendRules(to, tables);
  await to.query(`truncate ${tables.map(({ table }) => table).join(', ')}`); // some migrations insert rows
  for (const { parent, name, bounds } of await listPartitions(from, schemas))
    await to.query(`create table if not exists ${name} partition of ${parent} ${bounds}`);
  let all = 0;
  for (const stored of tables) {
    const { table } = stored;
    const columns = stored.columns.join(', ');
    const rows = await copyIn(
      to,
      `copy ${table} (${columns}) from stdin`,
      copyOut(from, `copy (select ${columns} from ${table}) to stdout`),
    );
    const [there, here] = await Promise.all([digestOf(from, stored), digestOf(to, stored)]);
    if (there.rows !== here.rows || there.digest !== here.digest)
      throw new MoveError(
        `The table ${table} did not arrive as it was: it has ${here.rows} rows of ${there.rows}, and its checksum ${here.digest === there.digest ? 'agrees' : 'differs'}. Run the same command again.`,
      );
    all += rows;
  }
  await openSecrets(to);
  for (const { name, value, isCalled } of await listSequences(from, schemas))
    await to.query('select setval($1::regclass, $2::bigint, $3)', [name, value, isCalled]);
  const undelivered = await adoptEvents(to);
  for (const statement of rules) await to.query(statement);
  await complete();
  return { tables: tables.length, rows: all, undelivered };
}
