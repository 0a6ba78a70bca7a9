import type { Command } from './command.ts';
import { withApp } from './context.ts';

const MARKS = { healthy: 'ok      ', degraded: 'uneasy  ', unhealthy: 'FAILED  ' };

export const doctor: Command = {
  name: 'doctor',
  summary: 'Ask every component whether it is well',
  options: {},
  help: 'Reads the configuration, opens what it names, and asks each part. Ends with 1 when one is not well.',
  run: () =>
    withApp('command', async (app) => {
      const { status, components } = await app.health.report();
      for (const [name, what] of Object.entries(app.describe())) console.log(`uses     ${name.padEnd(12)} ${what}`);
      for (const { name, status: state, latencyMs, lastError } of components) {
        console.log(`${MARKS[state]} ${name.padEnd(12)} ${lastError ?? `${latencyMs} ms`}`);
      }
      return status === 'healthy' ? 0 : 1;
    }),
};
