import { createAccounts } from './accounts.ts';
import { measure, toRow } from './compare.ts';
import { send } from './others/load.ts';
import type { Report } from './report.ts';
import { onStage, PASSWORD } from './servers.ts';

const USERS = 8; // sign-ins of one user wait for each other on a row lock
const ROUNDS = 5;
const LOGINS = 60; // about two seconds
const PROBES = 300;

/** Sign-ins per second, and their effect on other requests. */
export function login(): Promise<Report> {
  return onStage(async (stage) => {
    const emails = await createAccounts(stage, 'bench', USERS);
    const { bonyan } = stage;
    const probe = {
      url: `${bonyan.url}/health/live`,
      method: 'GET' as const,
      headers: {},
      connections: 1,
      amount: PROBES,
    };
    const flood = {
      url: `${bonyan.url}/api/v1/users/login`,
      method: 'POST' as const,
      headers: { 'content-type': 'application/json' },
      bodies: emails.map((email) => JSON.stringify({ email, password: PASSWORD })),
      connections: USERS,
      amount: LOGINS,
    };
    await send({ ...flood, amount: USERS * 2 });
    const quiet = [];
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) {
      quiet.push(await send(probe));
      await bonyan.ask({ ask: 'loopReset' });
      const [signIns, during] = await Promise.all([measure(bonyan, flood), send(probe)]);
      const { loopP99Ms } = await bonyan.ask({ ask: 'usage' });
      rounds.push({ signIns, during, loopP99Ms });
    }
    const rows = [
      toRow(
        'login: per second',
        '/s',
        rounds.map(({ signIns }) => signIns.perSecond),
      ),
      toRow(
        'login: latency p50',
        'ms',
        rounds.map(({ signIns }) => signIns.p50Ms),
      ),
      toRow(
        'login: CPU each',
        'ms',
        rounds.map(({ signIns }) => signIns.cpuMicros / 1000),
      ),
      toRow(
        '/health/live p99, quiet',
        'ms',
        quiet.map(({ p99Ms }) => p99Ms),
      ),
      toRow(
        '/health/live p99, meanwhile',
        'ms',
        rounds.map(({ during }) => during.p99Ms),
      ),
      toRow(
        'event loop delay p99, meanwhile',
        'ms',
        rounds.map((round) => round.loopP99Ms),
      ),
    ];
    return { rows, bounds: [] };
  });
}
