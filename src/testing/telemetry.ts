import type { Telemetry } from '#platform/telemetry/port.ts';
import { createRegistry } from '#platform/telemetry/registry.ts';
import { noTracer } from '#platform/telemetry/tracer.ts';

/** For tests of parts that count and trace: what they count is dropped with it. */
export function someTelemetry(): Telemetry {
  return { registry: createRegistry(() => {}), tracer: noTracer };
}
