import type { Config } from '#platform/config/load.ts';
import type { Log } from '#platform/log/port.ts';
import { createRegistry } from './registry.ts';
import { createRequestMeter } from './requests.ts';
import { createTracer, noTracer } from './tracer.ts';

/** Loads the packages of OpenTelemetry only when a collector is configured. */
export async function openTelemetry(
  { otlpEndpoint: endpoint, traceShare }: Pick<Config, 'otlpEndpoint' | 'traceShare'>,
  nodeId: string,
  log: Log,
) {
  const registry = createRegistry((family, err) =>
    log.warn({ family, err }, 'a metric could not be read; it is left out until it can'),
  );
  const otlp = endpoint === null ? null : (await import('./otlp.ts')).openOtlp({ endpoint, nodeId, registry, log });
  return {
    registry,
    meter: createRequestMeter(registry),
    tracer: otlp ? createTracer(otlp.record, traceShare) : noTracer,
    /** Sends what waits for the collector. */
    flush: async () => await otlp?.flush(),
    close: async () => await otlp?.close(),
  };
}
