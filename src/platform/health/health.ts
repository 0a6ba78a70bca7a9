import { toFailureText } from '#kernel/redaction/failure-text.ts';
import type { Component, ComponentReport, Health, HealthReport } from './port.ts';

const PROBE_TIMEOUT_MS = 2000;
const FRESH_MS = 500; // many load balancers that ask at once cost one probe

/** Probes the components, at most once per half second. */
export function createHealth(components: readonly Component[]): Health {
  let last: { atMs: number; report: Promise<HealthReport> } | null = null;

  function report(): Promise<HealthReport> {
    if (last && performance.now() - last.atMs < FRESH_MS) return last.report;
    last = { atMs: performance.now(), report: probeAll() };
    return last.report;
  }

  async function probeAll(): Promise<HealthReport> {
    const reports = await Promise.all(components.map(toReport));
    const isDown = components.some(({ isRequired }, index) => isRequired && reports[index]?.status === 'unhealthy');
    const isDegraded = reports.some(({ status }) => status !== 'healthy');
    return { status: isDown ? 'unhealthy' : isDegraded ? 'degraded' : 'healthy', components: reports };
  }

  return { report, isReady: async () => (await report()).status !== 'unhealthy' };
}

async function toReport({ name, probe }: Component): Promise<ComponentReport> {
  const startedMs = performance.now();
  const took = () => Math.round((performance.now() - startedMs) * 100) / 100;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${PROBE_TIMEOUT_MS} ms`)), PROBE_TIMEOUT_MS);
  try {
    await Promise.race([probe(), late]);
    return { name, status: 'healthy', latencyMs: took(), lastError: null };
  } catch (error) {
    return { name, status: 'unhealthy', latencyMs: took(), lastError: toFailureText(error) };
  } finally {
    clearTimeout(timer);
  }
}
