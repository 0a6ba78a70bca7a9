/**
 * `node bench/profile.ts list|create [bonyan|traced|reference] [lines]`: CPU time of a server under that load, by function.
 * `traced` is Bonyan that sends traces to a collector.
 */
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLoad } from './create.ts';
import { LIST_PATH, listLoad, createTodos } from './list.ts';
import { send } from './others/load.ts';
import { onStage, type Stage } from './servers.ts';
import { openOtlpReceiver } from '#testing/servers/otlp-receiver.ts';

interface Profile {
  readonly nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
    children?: number[];
  }[];
  readonly samples: number[];
  readonly timeDeltas: number[];
}

const [name = 'list', who = 'bonyan', lines = '45'] = process.argv.slice(2);
const REQUESTS = 6000;
const file = join(tmpdir(), `bonyan-${process.pid}.cpuprofile`);

await using cleanup = new AsyncDisposableStack();
const ending = { after: (work: () => void) => cleanup.defer(work) };
const environment = who === 'traced' ? { OTEL_EXPORTER_OTLP_ENDPOINT: (await openOtlpReceiver(ending)).url } : {};

async function profile(stage: Stage): Promise<void> {
  await createTodos(stage);
  const headers = { authorization: `Bearer ${stage.accessToken}` };
  const withBody = { ...headers, 'content-type': 'application/json' };
  const load = name === 'create' ? { ...createLoad, headers: withBody } : { ...listLoad, headers };
  const server = who === 'reference' ? stage.reference : stage.bonyan;
  const url = server.url + LIST_PATH;
  await send({ ...load, url });
  await server.ask({ ask: 'profileStart' });
  await send({ ...load, url, amount: REQUESTS });
  await server.ask({ ask: 'profileStop', file });
}

await onStage(profile, { environment });
summarise(JSON.parse(readFileSync(file, 'utf8')));
if (process.env['KEEP']) console.log(`\nThe profile is ${file}.`);
else rmSync(file);

function summarise({ nodes, samples, timeDeltas }: Profile): void {
  const micros = new Map<number, number>();
  for (const [index, id] of samples.entries()) micros.set(id, (micros.get(id) ?? 0) + (timeDeltas[index] ?? 0));
  const byFunction = new Map<string, number>();
  const byFile = new Map<string, number>();
  for (const { id, callFrame } of nodes) {
    const { functionName, url, lineNumber } = callFrame;
    const where = url.replace(/^.*\/(node_modules|src|bench)\//, (_, top: string) => (top === 'src' ? '' : `${top}/`));
    if (functionName === '(idle)' || functionName === '(program)') continue;
    add(byFunction, `${functionName || '(anonymous)'} ${where}:${lineNumber + 1}`, micros.get(id) ?? 0);
    add(byFile, where || functionName, micros.get(id) ?? 0);
  }
  table('function', byFunction);
  table('file', byFile);
}

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}

function table(title: string, sums: ReadonlyMap<string, number>): void {
  console.log(`\nµs per request, self, by ${title}`);
  const sorted = [...sums].toSorted(([, a], [, b]) => b - a).slice(0, Number(lines));
  for (const [key, total] of sorted) console.log(`${(total / REQUESTS).toFixed(2).padStart(8)}  ${key}`);
}
