import type { Telemetry } from './port.ts';
import { createRegistry } from './registry.ts';
import { noTracer } from './tracer.ts';

/** For tests of parts that count and trace: what they count is dropped with it. */
export function someTelemetry(): Telemetry {
  return { registry: createRegistry(() => {}), tracer: noTracer };
}
