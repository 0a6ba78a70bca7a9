import type { Writable } from 'node:stream';
import pg from 'pg';
import { serialize } from 'pg-protocol';
import { createRecordMakers, type ToRecord } from './records.ts';

/** What a statement has answered. */
export interface StatementResult<R> {
  readonly rows: R[];
  readonly rowCount: number;
  /** The first word of the server's answer: `SELECT`, `COMMIT`. */
  readonly command: string;
}

const MAX_NAMED_STATEMENTS = 1000; // each costs memory in every connection; further texts run unprepared

export interface StatementRunnerOptions {
  /** False behind a pooler that does not support named statements. */
  readonly isPrepared: boolean;
  /** True behind a pooler, which may prepare a statement anew without telling. */
  readonly isPooled: boolean;
}

/**
 * Runs statements on the driver's clients, as their own `query` does, with less work for each: one buffer in place of
 * up to five messages, and rows that become records at once, without lists of fields and values between.
 *
 * A connection asks only once which columns a prepared statement has. PostgreSQL holds them fixed as long as it is
 * prepared: when a change of the schema would give it others, it fails. Then it gets another name, so that every
 * connection prepares it anew, and runs again; inside a transaction, which is aborted, the unit runs again. Behind a
 * pooler each execution asks.
 *
 * Measured against the driver's own class, in CPU of the whole request: a list of todos 0.86, without generated code for
 * records 0.90, asking each time 0.93.
 */
export function createStatementRunner({ isPrepared, isPooled }: StatementRunnerOptions) {
  const toRecordOf = createRecordMakers();
  const names = new Map<string, string>();
  let named = 0;
  const described = new WeakMap<pg.ClientBase, Map<string, ToRecord>>();

  /** One name per distinct text, so that the server parses and plans it once per connection. */
  function nameOf(sql: string): string | undefined {
    const known = names.get(sql);
    if (known !== undefined || !isPrepared || names.size === MAX_NAMED_STATEMENTS) return known;
    named += 1;
    const name = `s${named}`;
    names.set(sql, name);
    return name;
  }

  function describedOn(client: pg.ClientBase): Map<string, ToRecord> {
    const known = described.get(client) ?? new Map<string, ToRecord>();
    described.set(client, known);
    return known;
  }

  /**
   * Without `values` it is sent as text alone. By callback: the driver's promises keep each result until the next full
   * collection, which doubles a list's cost.
   */
  function run<R>(
    client: pg.ClientBase,
    sql: string,
    values: readonly unknown[] | undefined,
    isAgain = false,
  ): Promise<StatementResult<R>> {
    return new Promise((resolve, reject) => {
      const name = values && nameOf(sql);
      const known = name === undefined || isPooled ? undefined : describedOn(client);
      const statement = new Statement(sql, values, name, {
        toRecordOf,
        known: known?.get(name ?? ''),
        described: (toRecord) => known?.set(name ?? '', toRecord),
        resolve,
        reject(error) {
          if (!isOutdated(error)) return reject(error);
          if (names.get(sql) === name) names.delete(sql);
          // Read here and now: later a COMMIT or ROLLBACK that was sent behind it may have ended the transaction.
          const isAlone = client.getTransactionStatus() === 'I';
          // Once: a pooler may keep the old plan under its own name for the text, until it is told to reconnect.
          if (isAlone && !isAgain) resolve(run<R>(client, sql, values, true));
          else reject(error);
        },
      });
      client.query(statement as never);
    });
  }

  return run;
}

/** The prepared statement would have other columns now. */
export function isOutdated(error: unknown): boolean {
  // Other errors have the same code. The message is in the server's language.
  return error instanceof pg.DatabaseError && error.code === '0A000' && error.routine === 'RevalidateCachedQuery';
}

/** What the driver's parts have, and their types do not. */
interface DriverConnection {
  readonly stream: Writable;
  /** Texts by name, prepared and under way. */
  readonly parsedStatements: Readonly<Record<string, string>>;
  readonly submittedNamedStatements: Record<string, string>;
  query(sql: string): void;
}
type DriverQuery = new (sql: string) => object;
const { prepareValue } = (pg as unknown as { utils: { prepareValue(value: unknown): unknown } }).utils;

interface StatementUse {
  /** Of the rows, where the connection has described them before. */
  readonly known: ToRecord | undefined;
  readonly toRecordOf: (fields: readonly pg.FieldDef[]) => ToRecord;
  described(toRecord: ToRecord): void;
  resolve(result: StatementResult<never>): void;
  reject(error: unknown): void;
}

const RUN = Buffer.concat([serialize.execute(), serialize.sync()]);
const DESCRIBE_AND_RUN = Buffer.concat([serialize.describe({ type: 'P' }), RUN]);
const NOTHING = Buffer.alloc(0);
const noRecord: ToRecord = () => ({});

/** A class, since pipelined clients take no queries but the driver's own. They read `name` and `text`. */
class Statement extends (pg.Query as unknown as DriverQuery) {
  readonly text: string;
  readonly name: string | undefined;
  readonly #values: readonly unknown[] | undefined;
  readonly #use: StatementUse;
  readonly #rows: Record<string, unknown>[] = [];
  #toRecord: ToRecord | undefined;
  #tag = '';
  #failure: unknown;

  constructor(sql: string, values: readonly unknown[] | undefined, name: string | undefined, use: StatementUse) {
    super(sql);
    this.text = sql;
    this.name = name;
    this.#values = values;
    this.#use = use;
    this.#toRecord = use.known;
  }

  /** Sends it. Answers an error for a value that cannot be sent; then nothing was. */
  submit(connection: DriverConnection): unknown {
    if (this.#values === undefined) {
      connection.query(this.text);
      return null;
    }
    try {
      const bind = serialize.bind({
        statement: this.name ?? '',
        values: this.#values as unknown[], // only read
        valueMapper: prepareValue,
      });
      const message = Buffer.concat([this.#parse(connection), bind, this.#use.known ? RUN : DESCRIBE_AND_RUN]);
      if (connection.stream.writable) connection.stream.write(message); // else the client is told that it has ended
      return null;
    } catch (error) {
      return error;
    }
  }

  #parse({ parsedStatements, submittedNamedStatements }: DriverConnection): Buffer {
    const { name, text } = this;
    if (name === undefined) return serialize.parse({ text });
    if (parsedStatements[name] !== undefined || submittedNamedStatements[name] !== undefined) return NOTHING;
    submittedNamedStatements[name] = text;
    return serialize.parse({ text, name });
  }

  handleRowDescription({ fields }: { readonly fields: readonly pg.FieldDef[] }): void {
    this.#toRecord = this.#use.toRecordOf(fields);
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    if (this.#failure !== undefined || !this.#toRecord) return;
    try {
      this.#rows.push(this.#toRecord(fields));
    } catch (error) {
      this.#failure = error; // the connection goes on with what else was sent
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#tag = text;
    if (!this.#use.known) this.#use.described(this.#toRecord ?? noRecord);
  }

  handleError(error: unknown): void {
    this.#use.reject(this.#failure ?? error);
  }

  handleReadyForQuery(): void {
    if (this.#failure !== undefined) return this.#use.reject(this.#failure);
    const words = this.#tag.split(' '); // `SELECT 20`, `INSERT 0 1`, `COMMIT`, `CREATE TABLE`
    const rowCount = Number(words.at(-1)) || 0;
    this.#use.resolve({ rows: this.#rows as never[], rowCount, command: words[0] ?? '' });
  }
}
