import { audit } from './audit.ts';
import { authorization } from './authorization.ts';
import { backlog } from './backlog.ts';
import { backups } from './backup.ts';
import { consolePages } from './console.ts';
import { create } from './create.ts';
import { events } from './events.ts';
import { hostile } from './files/hostile.ts';
import { lists } from './files/lists.ts';
import { many } from './files/many.ts';
import { pictures } from './files/pictures.ts';
import { onFilesStage } from './files/stage.ts';
import { transfer } from './files/transfer.ts';
import { flood } from './flood.ts';
import { growth } from './growth.ts';
import { importing } from './import.ts';
import { list } from './list.ts';
import { ingest } from './logging/ingest.ts';
import { overload } from './logging/overload.ts';
import { search as searchLogs } from './logging/search.ts';
import { single } from './logging/single.ts';
import { login } from './login.ts';
import { mixed } from './mixed.ts';
import { notifications } from './notifications.ts';
import { plans } from './plans.ts';
import { replay } from './replay.ts';
import { replica } from './replica.ts';
import type { Report } from './report.ts';
import { scheduler } from './scheduler.ts';
import { search } from './search.ts';
import { onStage } from './servers.ts';
import { start } from './start.ts';
import { telemetry } from './telemetry.ts';
import { timing } from './timing.ts';
import { upkeep } from './upkeep.ts';
import { work } from './work.ts';

export interface Benchmark {
  readonly run: () => Promise<Report>;
  /** Packages that it is compared with: their versions belong to its figures. */
  readonly peers?: readonly string[];
  /** It measures the server of `TEST_DATABASE_URL`, if there is one. */
  readonly isOnGivenServer?: true;
}

const REFERENCE = ['fastify', 'pg']; // what the server of bench/reference consists of

/** In the order of a run of all. */
export const benchmarks: Readonly<Record<string, Benchmark>> = {
  list: { run: list, peers: REFERENCE },
  create: { run: create, peers: REFERENCE },
  login: { run: login },
  flood: { run: flood },
  mixed: { run: mixed },
  search: { run: search },
  timing: { run: timing },
  start: { run: start },
  work: { run: work, peers: ['pg-boss', 'graphile-worker', 'bullmq'] },
  scheduler: { run: scheduler, peers: ['pg-boss', 'graphile-worker'] },
  events: { run: events },
  notifications: { run: notifications, peers: ['nodemailer'] },
  authorization: { run: authorization },
  audit: { run: audit },
  'files-transfer': { run: () => onFilesStage(transfer) },
  'files-many': { run: () => onFilesStage(many) },
  'files-pictures': { run: () => onFilesStage(pictures), peers: ['sharp'] },
  'files-hostile': { run: () => onFilesStage(hostile) },
  'files-lists': { run: lists, isOnGivenServer: true },
  'logging-ingest': { run: () => onStage(ingest) },
  'logging-single': { run: () => onStage(single), peers: ['fastify'] },
  'logging-overload': { run: () => onStage(overload) },
  'logging-search': { run: () => onStage(searchLogs) },
  growth: { run: growth, isOnGivenServer: true },
  backlog: { run: backlog, isOnGivenServer: true },
  backup: { run: backups },
  plans: { run: plans, isOnGivenServer: true },
  upkeep: { run: upkeep, isOnGivenServer: true },
  telemetry: { run: telemetry },
  replay: { run: replay },
  replica: { run: replica },
  import: { run: importing },
  console: { run: consolePages },
};

const startingWith = (prefix: string) => Object.keys(benchmarks).filter((name) => name.startsWith(prefix));

/** Several under one name. `login` also runs `flood`: sign-ins must hardly affect other requests. */
export const together: Readonly<Record<string, readonly string[]>> = {
  login: ['login', 'flood'],
  files: startingWith('files-'),
  logging: startingWith('logging-'),
};
