/**
 * Loaded before a server (`node --import ./bench/measure.ts …`): sends its parent, over process IPC, the CPU
 * time and memory of the process so far. So the server is measured from inside, without any code of its own for it.
 */
import { writeFileSync } from 'node:fs';
import type { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Answer, Question } from './servers.ts';

const loop = monitorEventLoopDelay({ resolution: 5 });
const SAMPLE_MICROSECONDS = 200;
let profiling: Session | undefined;

process.on('message', (question: Question) => {
  answer(question).then(
    (value) => process.send?.(value),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.channel?.unref(); // so that the channel does not keep the process running

async function answer({ ask, file }: Question): Promise<Answer> {
  if (ask === 'profileStart') await startProfile();
  if (ask === 'profileStop') await stopProfile(file ?? '');
  if (ask === 'loopReset') {
    loop.enable();
    loop.reset();
  }
  const { user, system } = process.cpuUsage();
  const { rss } = process.memoryUsage();
  return { cpuMicros: user + system, rssBytes: rss, loopMaxMs: loop.max / 1e6, loopP99Ms: loop.percentile(99) / 1e6 };
}

async function startProfile(): Promise<void> {
  const inspector = await import('node:inspector/promises'); // 20 MB, so only when it is needed
  profiling = new inspector.Session();
  profiling.connect();
  await profiling.post('Profiler.enable');
  await profiling.post('Profiler.setSamplingInterval', { interval: SAMPLE_MICROSECONDS });
  await profiling.post('Profiler.start');
}

async function stopProfile(file: string): Promise<void> {
  if (!profiling) throw new Error('no profile was started');
  const { profile } = await profiling.post('Profiler.stop');
  writeFileSync(file, JSON.stringify(profile));
  profiling.disconnect();
}
