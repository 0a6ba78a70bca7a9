import { explainEverything, toLines } from '#testing/growth/plans.ts';
import { loadConfig } from '#platform/config/load.ts';
import { createLog } from '#platform/log/pino.ts';
import { createApp } from '../../src/app.ts';
import type { Stage } from '../servers.ts';

const LEAST_PAGES = 20; // of 8 kB: statements that read fewer find the caller and the permissions
const SHOWN_LINES = 14;

/** Prints how PostgreSQL answers each question. Asked of this process, to which its connections explain what they run. */
export async function printPlans(stage: Stage, urls: readonly (readonly [name: string, url: string])[]): Promise<void> {
  const watch = explainEverything();
  const config = loadConfig({
    PORT: '0',
    DATABASE_URL: stage.databaseUrl,
    BONYAN_DATA_DIR: stage.dataDir,
    BONYAN_LOG_LEVEL: 'silent',
  });
  const app = await createApp({ config, kind: 'command', log: createLog(config.logLevel) });
  const { http } = await app.createServer();
  const headers = { authorization: `Bearer ${stage.accessToken}` };
  const ask = (url: string) => http.inject({ method: 'GET', url, headers });
  try {
    for (const [, url] of urls) await ask(url); // plans are chosen
    for (const [name, url] of urls) {
      const { result, statements } = await watch.during(() => ask(url));
      console.log(`\n### ${name}\n\nAnswers ${result.statusCode}.\n`);
      for (const { text, plan, buffers } of statements.filter((each) => each.buffers >= LEAST_PAGES)) {
        const lines = toLines(plan).filter((line) => !/→ 0 rows/.test(line));
        console.log(`\`\`\`\n${text.replaceAll(/\s+/g, ' ').trim().slice(0, 160)}: ${buffers} pages\n`);
        console.log(`${lines.slice(0, SHOWN_LINES).join('\n')}\n\`\`\``);
      }
    }
  } finally {
    await http.close();
    await app.close();
  }
}
