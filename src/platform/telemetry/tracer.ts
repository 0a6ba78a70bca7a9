import { newId } from '#kernel/id.ts';
import type { Span, SpanAttributes, SpanDef, Tracer } from './port.ts';

/** A span that has ended. Ids are hexadecimal; times are those of `performance` plus its origin, in milliseconds. */
export interface EndedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  /** The parent is a span of another program. */
  readonly isRemote: boolean;
  readonly name: string;
  readonly kind: SpanDef['kind'];
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: SpanAttributes;
  readonly error: unknown;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const SAMPLED = 1;

/** Nothing is recorded, and causes stay as they are. */
export const noTracer: Tracer = {
  isOn: false,
  begin: (_, traceparent) => ({ traceparent, end: () => {} }),
  beginRequest: (own) => ({ traceparent: own, end: () => {} }),
  during: (_, cause, work) => work(cause),
};

/** Hands each span that has ended to `record`. A trace whose caller does not sample it is passed on and not recorded. */
export function createTracer(record: (span: EndedSpan) => void): Tracer {
  function open(
    def: SpanDef,
    [traceId, spanId, flags]: readonly string[],
    parentId: string | null,
    isRemote: boolean,
  ): Span {
    const startMs = performance.timeOrigin + performance.now();
    const isSampled = (parseInt(flags ?? '', 16) & SAMPLED) === SAMPLED;
    return {
      traceparent: `00-${traceId}-${spanId}-${flags}`,
      end(error, attributes) {
        if (!isSampled || traceId === undefined || spanId === undefined) return;
        const endMs = performance.timeOrigin + performance.now();
        const all = { ...def.attributes, ...attributes };
        const { route } = all;
        const name = typeof route === 'string' ? `${String(all['method'])} ${route}` : def.name;
        record({ traceId, spanId, parentId, isRemote, name, kind: def.kind, startMs, endMs, attributes: all, error });
      },
    };
  }

  function begin(def: SpanDef, traceparent: string | null): Span {
    const [, traceId, parentId, flags] = (traceparent !== null && TRACEPARENT.exec(traceparent)) || [];
    if (traceId === undefined || parentId === undefined || flags === undefined) return noTracer.begin(def, traceparent);
    return open(def, [traceId, newSpanId(), flags], parentId, false);
  }

  return {
    isOn: true,
    begin,
    beginRequest(own, remote) {
      const def: SpanDef = { name: 'request', kind: 'server' };
      const [, traceId, spanId, flags] = TRACEPARENT.exec(remote ?? own) ?? [];
      if (traceId === undefined || spanId === undefined || flags === undefined)
        return noTracer.beginRequest(own, remote);
      return remote === null
        ? open(def, [traceId, spanId, flags], null, false)
        : open(def, [traceId, newSpanId(), flags], spanId, true);
    },
    async during(def, cause, work) {
      const span = begin(def, cause.traceparent);
      try {
        const result = await work({ ...cause, traceparent: span.traceparent });
        span.end();
        return result;
      } catch (error) {
        span.end(error);
        throw error;
      }
    },
  };
}

/** The random part of an id. */
function newSpanId(): string {
  const id = newId();
  return id.slice(19, 23) + id.slice(24);
}
