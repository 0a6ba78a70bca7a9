import type { Command } from './command.ts';
import { checkNeeds } from '#platform/needs.ts';
import { readConfig, withApp } from './context.ts';
import type { App } from '../app.ts';

const WIDTH = 'database.replica'.length; // the longest name of a component
const SEALED = 'sealed'.padEnd(WIDTH);
const MARKS = { healthy: 'ok      ', degraded: 'degraded', unhealthy: 'FAILED  ' };

export const doctor: Command = {
  name: 'doctor',
  summary: 'Check the configuration, every component, and all encrypted data',
  options: { 'before-start': { type: 'boolean' } },
  help: '--before-start   only check what the server needs of this machine before it starts: data folder, disk, port\n\nReads the configuration, connects to every service that it names, and opens every encrypted row. Exits with 1 when\nsomething is not healthy.',
  run: ({ 'before-start': isBeforeStart }) => (isBeforeStart === true ? reportNeeds() : report()),
};

function report(): Promise<number> {
  return withApp('command', async (app) => {
    const { status, components } = await app.health.report();
    for (const [name, what] of Object.entries(app.describe())) console.log(`uses     ${name.padEnd(WIDTH)} ${what}`);
    for (const { name, status: state, latencyMs, lastError } of components) {
      console.log(`${MARKS[state]} ${name.padEnd(WIDTH)} ${lastError ?? `${latencyMs} ms`}`);
    }
    const isAtVersion = components.some(({ name, status: state }) => name === 'migrations' && state === 'healthy');
    const canOpenAll = !isAtVersion || (await reportSeals(app));
    return status === 'healthy' && canOpenAll ? 0 : 1;
  });
}

/** The checks that every start begins with. */
async function reportNeeds(): Promise<number> {
  const needs = await checkNeeds(readConfig(), 'serve');
  for (const { name, fault } of needs)
    console.log(`${fault === null ? MARKS.healthy : MARKS.unhealthy} ${name.padEnd(WIDTH)} ${fault ?? ''}`.trimEnd());
  return needs.some(({ fault }) => fault !== null) ? 1 : 0;
}

/** Whether every encrypted row can be opened. Prints which cannot, and how many should be re-encrypted. */
async function reportSeals(app: App): Promise<boolean> {
  const columns = await app.secrets.check();
  const unopenable = columns.filter((column) => column.unopenable > 0);
  const old = columns.reduce((sum, column) => sum + column.old, 0);
  const rows = columns.reduce((sum, column) => sum + column.rows, 0);
  for (const { name, unopenable: count, rows: all } of unopenable)
    console.log(
      `${MARKS.unhealthy} ${SEALED} ${name}: ${count} of ${all} rows can be opened under neither BONYAN_SECRET nor BONYAN_SECRET_PREVIOUS, or were changed or copied from another row`,
    );
  if (old > 0)
    console.log(
      `${MARKS.degraded} ${SEALED} ${old} rows are encrypted under BONYAN_SECRET_PREVIOUS, or by an earlier version: run bonyan secret re-encrypt`,
    );
  if (unopenable.length === 0 && old === 0) console.log(`${MARKS.healthy} ${SEALED} ${rows} rows can be opened`);
  return unopenable.length === 0;
}
