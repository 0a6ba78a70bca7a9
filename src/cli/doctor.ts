import type { Command } from './command.ts';
import { withApp } from './context.ts';
import type { App } from '../app.ts';

const MARKS = { healthy: 'ok      ', degraded: 'uneasy  ', unhealthy: 'FAILED  ' };

export const doctor: Command = {
  name: 'doctor',
  summary: 'Ask every component whether it is well',
  options: {},
  help: 'Reads the configuration, opens what it names, asks each part, and opens all that is sealed. Ends with 1 when one is\nnot well.',
  run: () =>
    withApp('command', async (app) => {
      const { status, components } = await app.health.report();
      for (const [name, what] of Object.entries(app.describe())) console.log(`uses     ${name.padEnd(12)} ${what}`);
      for (const { name, status: state, latencyMs, lastError } of components) {
        console.log(`${MARKS[state]} ${name.padEnd(12)} ${lastError ?? `${latencyMs} ms`}`);
      }
      const isAtVersion = components.some(({ name, status: state }) => name === 'migrations' && state === 'healthy');
      const areSealsWell = !isAtVersion || (await reportSeals(app));
      return status === 'healthy' && areSealsWell ? 0 : 1;
    }),
};

/** Whether all that is sealed opens; tells what does not, and what still stands under the secret before. */
async function reportSeals(app: App): Promise<boolean> {
  const columns = await app.secrets.check();
  const unopenable = columns.filter((column) => column.unopenable > 0);
  const old = columns.reduce((sum, column) => sum + column.old, 0);
  const rows = columns.reduce((sum, column) => sum + column.rows, 0);
  for (const { name, unopenable: count, rows: all } of unopenable)
    console.log(
      `${MARKS.unhealthy} sealed       ${name}: ${count} of ${all} open under neither BONYAN_SECRET nor BONYAN_SECRET_PREVIOUS`,
    );
  if (old > 0)
    console.log(
      `${MARKS.degraded} sealed       ${old} rows stand under BONYAN_SECRET_PREVIOUS: run bonyan secret rewrap`,
    );
  if (unopenable.length === 0 && old === 0) console.log(`${MARKS.healthy} sealed       ${rows} rows open`);
  return unopenable.length === 0;
}
