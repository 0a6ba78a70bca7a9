import pg from 'pg';

/** Explains the statements that a connection runs, to the connection itself, as notices. */
const EXPLAINED = `-c session_preload_libraries=auto_explain -c auto_explain.log_analyze=on
  -c auto_explain.log_buffers=on -c auto_explain.log_timing=off -c auto_explain.log_format=json
  -c auto_explain.log_level=notice -c auto_explain.log_parameter_max_length=0`.replaceAll(/\s+/g, ' ');

/** A statement that ran, as PostgreSQL planned and measured it. */
export interface RanStatement {
  readonly text: string;
  /** Pages of 8 kB that it read or wrote, in memory or on disk. Without those of triggers. */
  readonly buffers: number;
  readonly plan: PlanNode;
}

/** A node of a plan, as `explain (format json)` names its fields. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly Plans?: readonly PlanNode[];
  readonly [field: string]: unknown;
}

/** Answers the statements that ran on all connections while `work` did. */
export interface PlanWatch {
  during<R>(work: () => Promise<R>): Promise<{ result: R; statements: readonly RanStatement[] }>;
}

/**
 * Every connection that this process opens from now on, without options of its own, explains what it runs while it is
 * asked. Other processes may use the server.
 */
export function explainEverything(): PlanWatch {
  const clients = new Set<pg.Client>();
  const set = async (ms: number) => {
    process.env['PGOPTIONS'] = `${EXPLAINED} -c auto_explain.log_min_duration=${ms}`;
    for (const client of clients) {
      const text = `set auto_explain.log_min_duration = ${ms}`;
      await client.query(text).catch(() => clients.delete(client)); // the pool has closed it meanwhile
    }
  };
  process.env['PGOPTIONS'] = `${EXPLAINED} -c auto_explain.log_min_duration=-1`;
  return listen({ on: () => set(0), off: () => set(-1) }, clients);
}

/**
 * The same for the connections of all processes. `url` is that of the superuser of a server that nothing else uses. Call it
 * before the connections are opened.
 */
export async function explainWhenAsked(url: string): Promise<PlanWatch> {
  const settings = [...EXPLAINED.matchAll(/-c (\S+)=(\S+)/g)].map(
    ([, name = '', value = '']) => [name, value] as const,
  );
  const change = async (texts: readonly string[]) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (const text of [...texts, 'select pg_reload_conf()', 'select pg_sleep(0.2)']) await client.query(text);
    await client.end();
  };
  const least = (ms: number) => `alter system set auto_explain.log_min_duration = ${ms}`;
  const known = await listSettings(url); // PostgreSQL 15 has not all of them
  await change([
    "load 'auto_explain'",
    ...settings.filter(([name]) => known.has(name)).map(([name, value]) => `alter system set ${name} = '${value}'`),
    least(-1),
  ]);
  return listen({
    on: () => change([`load 'auto_explain'`, least(0)]),
    off: () => change([`load 'auto_explain'`, least(-1)]),
  });
}

async function listSettings(url: string): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("load 'auto_explain'");
  const { rows } = await client.query<{ name: string }>('select name from pg_settings');
  await client.end();
  return new Set(rows.map(({ name }) => name));
}

interface Switch {
  readonly on: () => Promise<void>;
  readonly off: () => Promise<void>;
}

/** `clients` gets the open ones. */
function listen({ on, off }: Switch, clients = new Set<pg.Client>()): PlanWatch {
  let ran: RanStatement[] = [];
  const listening = new WeakSet<pg.Client>();
  const { connect } = pg.Client.prototype;
  pg.Client.prototype.connect = function connectListening(this: pg.Client, ...args: unknown[]) {
    if (!listening.has(this)) {
      this.on('notice', ({ message }) => add(message));
      this.once('end', () => clients.delete(this));
    }
    listening.add(this);
    clients.add(this);
    return connect.apply(this, args as unknown as Parameters<typeof connect>);
  } as typeof connect;

  function add(message: string | undefined): void {
    const json = /^duration: .*?plan:\s*(\{.*)$/s.exec(message ?? '')?.[1];
    if (json === undefined) return;
    const { 'Query Text': text, Plan: plan } = JSON.parse(json) as { 'Query Text': string; Plan: PlanNode };
    ran.push({ text, buffers: buffersOf(plan), plan });
  }

  return {
    async during(work) {
      await on();
      ran = [];
      const result = await work();
      const statements = ran;
      await off();
      return { result, statements };
    },
  };
}

function buffersOf(plan: PlanNode): number {
  const kinds = ['Shared Hit', 'Shared Read', 'Shared Written', 'Local Hit', 'Local Read', 'Temp Read', 'Temp Written'];
  return kinds.reduce((sum, kind) => sum + Number(plan[`${kind} Blocks`] ?? 0), 0);
}

/** A plan in one line per node, as far as it tells which rows are read how. */
export function toLines(plan: PlanNode, depth = 0): string[] {
  const { 'Node Type': type, 'Relation Name': table, 'Index Name': index, 'Actual Rows': rows = 0 } = plan;
  const loops = plan['Actual Loops'] ?? 1;
  const by = [index && `by ${index}`, table && `on ${table}`].filter(Boolean).join(' ');
  const times = loops > 1 ? ` × ${loops}` : '';
  const line = `${'  '.repeat(depth)}${type} ${by} → ${rows} rows${times}, ${buffersOf(plan)} pages`;
  return [line, ...(plan.Plans ?? []).flatMap((child) => toLines(child, depth + 1))];
}

/** Rows that the plans take from one table or its indexes, those included that they drop again: of the table with most. */
export function rowsReadBy(plans: readonly PlanNode[]): number {
  const byTable = new Map<string, number>();
  const add = (plan: PlanNode) => {
    const { 'Node Type': type, 'Relation Name': table } = plan;
    for (const child of plan.Plans ?? []) add(child);
    if (table === undefined || type === 'ModifyTable') return;
    const removed = Number(plan['Rows Removed by Filter'] ?? 0) + Number(plan['Rows Removed by Index Recheck'] ?? 0);
    const rows = ((plan['Actual Rows'] ?? 0) + removed) * (plan['Actual Loops'] ?? 1);
    byTable.set(table, (byTable.get(table) ?? 0) + rows);
  };
  plans.forEach(add);
  return Math.max(0, ...byTable.values());
}
