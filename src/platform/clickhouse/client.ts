import { ClickHouseError, ClickHouseLogLevel, createClient, type ClickHouseSettings } from '@clickhouse/client';
import { databaseErrors } from '#platform/database/pool.ts';
import type { RequestScope, RequestScopes } from '#platform/database/requests/request-scope.ts';
import type { Driver, Policy } from '#platform/resilience/port.ts';
import { defaultPolicy } from '#platform/resilience/supervise.ts';
import type { ClickHouse, ClickHouseQuery } from './port.ts';

const SPARE_MS = 1000; // for the way; then the server does not answer
const PING_MS = 2000;
const INSERT_MS = 60_000;
const COMMAND_MS = 600_000; // a mutation writes whole parts again
const CONNECTIONS = 20;
const OVER_BUDGET = new Set(['159', '160', '241', '307']); // time-outs, memory, rows to read

/** Only reads are tried again, once: a connection that the server has closed meanwhile fails at its next use. */
export const clickHousePolicy: Policy = { ...defaultPolicy, attempts: 2, concurrency: CONNECTIONS };

const ALWAYS: ClickHouseSettings = {
  date_time_input_format: 'best_effort',
  date_time_output_format: 'iso',
  output_format_json_quote_64bit_integers: 0,
};
/** The server ends a query whose client has disconnected, and reads JSON with any numbers. */
const READING: ClickHouseSettings = {
  ...ALWAYS,
  readonly: '2',
  cancel_http_readonly_queries_on_client_close: 1,
  allow_simdjson: 0, // which refuses a whole document for one integer of more than 64 bits
};

/** Rows of many days may come together. */
const INSERTING: ClickHouseSettings = {
  ...ALWAYS,
  async_insert: 0,
  wait_end_of_query: 1,
  max_partitions_per_insert_block: '0',
};

export function openClickHouse(url: string, scopes: Pick<RequestScopes, 'current'>) {
  /** Requests to which it has not answered in time: their further queries, and second attempts, do not wait again. */
  const unanswered = new WeakSet<RequestScope>();
  const client = createClient({
    url,
    application: 'bonyan',
    request_timeout: COMMAND_MS,
    max_open_connections: CONNECTIONS * 2,
    log: { level: ClickHouseLogLevel.OFF },
  });

  async function select<Row>({ text, values }: ClickHouseQuery, timeoutMs: number): Promise<Row[] | null> {
    const scope = scopes.current();
    if (scope?.isGone) throw databaseErrors.timeout();
    if (scope && unanswered.has(scope)) throw new Error('ClickHouse has not answered this request in time before');
    const begunMs = performance.now();
    const gone = new AbortController();
    const late = AbortSignal.timeout(Math.ceil(timeoutMs) + SPARE_MS);
    const stopListening = scope?.onGone(() => gone.abort());
    try {
      const found = await client.query({
        query: text,
        query_params: { ...values },
        format: 'JSONEachRow',
        clickhouse_settings: { ...READING, max_execution_time: Math.max(0.001, timeoutMs / 1000) },
        abort_signal: AbortSignal.any([gone.signal, late]),
      });
      const rows = await found.json<Row>();
      // When the limit ends the subquery of an IN, ClickHouse 26.7 may go on with an empty set: then nothing is known.
      return rows.length === 0 && performance.now() - begunMs >= timeoutMs ? null : rows;
    } catch (error) {
      if (scope?.isGone) throw databaseErrors.timeout();
      if (scope && late.aborted) unanswered.add(scope);
      if (error instanceof ClickHouseError && OVER_BUDGET.has(error.code)) return null;
      throw error;
    } finally {
      stopListening?.();
    }
  }

  const port: ClickHouse = {
    select,
    async insert(table, rows) {
      await client.insert({
        table,
        values: rows,
        format: 'JSONEachRow',
        clickhouse_settings: INSERTING,
        abort_signal: AbortSignal.timeout(INSERT_MS), // else it could arrive long after the call was given up
      });
    },
    async command({ text, values }) {
      const settings: ClickHouseSettings = { wait_end_of_query: 1, mutations_sync: '2' };
      await client.command({ query: text, query_params: { ...values }, clickhouse_settings: settings });
    },
  };
  const driver: Driver<ClickHouse> = {
    name: 'clickhouse',
    port,
    idempotent: ['select'],
    allowedMs: { insert: INSERT_MS, command: COMMAND_MS },
    async probe() {
      const { success, ...answer } = await client.ping({ select: true, abort_signal: AbortSignal.timeout(PING_MS) });
      if (!success) throw 'error' in answer ? answer.error : new Error('ClickHouse does not answer');
    },
  };
  return { driver, close: () => client.close() };
}
