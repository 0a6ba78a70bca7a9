/** `npm run bench [name…]`: measures, prints Markdown, and exits with 1 when a bound is missed. */
import { audit } from './audit.ts';
import { authorization } from './authorization.ts';
import { backlog } from './backlog.ts';
import { backups } from './backup.ts';
import { consolePages } from './console.ts';
import { create } from './create.ts';
import { events } from './events.ts';
import { files } from './files.ts';
import { flood } from './flood.ts';
import { growth } from './growth.ts';
import { importing } from './import.ts';
import { list } from './list.ts';
import { logging } from './logging.ts';
import { login } from './login.ts';
import { notifications } from './notifications.ts';
import { isMet, print, type Report } from './report.ts';
import { plans } from './plans.ts';
import { replay } from './replay.ts';
import { scheduler } from './scheduler.ts';
import { search } from './search.ts';
import { start } from './start.ts';
import { telemetry } from './telemetry.ts';
import { timing } from './timing.ts';
import { upkeep } from './upkeep.ts';
import { work } from './work.ts';

const benchmarks: Record<string, () => Promise<Report>> = {
  list,
  create,
  login,
  flood,
  search,
  timing,
  start,
  work,
  scheduler,
  events,
  notifications,
  authorization,
  audit,
  files,
  logging,
  growth,
  backlog,
  backup: backups,
  plans,
  upkeep,
  telemetry,
  replay,
  import: importing,
  console: consolePages,
};

/** `login` also runs `flood`: sign-ins must hardly affect other requests. */
const together: Record<string, readonly string[]> = { login: ['login', 'flood'] };

const named = process.argv.slice(2).flatMap((name) => together[name] ?? [name]);
const unknown = named.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}.`);
  process.exit(2);
}
for (const [name, run] of Object.entries(benchmarks)) {
  if (named.length > 0 && !named.includes(name)) continue;
  const report = await run();
  print(name, report);
  if (!report.bounds.every(isMet)) process.exitCode = 1;
}
