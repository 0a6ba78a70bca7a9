import { newId } from '#kernel/id.ts';
import type { Span, SpanAttributes, SpanDef, Tracer } from './port.ts';

/** A span that has ended. Ids are hexadecimal; times are those of `performance` plus its origin, in milliseconds. */
export interface EndedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  /** The parent is a span of another program. */
  readonly isRemote: boolean;
  readonly def: SpanDef;
  readonly startMs: number;
  readonly endMs: number;
  /** Beside those of `def`. */
  readonly attributes: SpanAttributes | undefined;
  readonly error: unknown;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const SAMPLED = 1;
const notRecorded = (traceparent: string | null): Span => ({ traceparent, end });

function end(): void {}

/** Nothing is recorded, and causes stay as they are. */
export const noTracer: Tracer = {
  isOn: false,
  begin: (_, traceparent) => notRecorded(traceparent),
  beginTrace: (_, own) => notRecorded(own),
  during: (_, cause, work) => work(cause),
};

/**
 * Hands each span that has ended to `record`. Of the traces that begin here, `share` is recorded; a trace that began
 * elsewhere as its caller says. One that is not recorded is passed on at no cost.
 */
export function createTracer(record: (span: EndedSpan) => void, share = 1): Tracer {
  function open(
    def: SpanDef,
    traceId: string,
    spanId: string,
    flags: string,
    parentId: string | null,
    isRemote = false,
  ) {
    const startMs = performance.timeOrigin + performance.now();
    return {
      traceparent: `00-${traceId}-${spanId}-${flags}`,
      end(error?: unknown, attributes?: SpanAttributes) {
        const endMs = performance.timeOrigin + performance.now();
        record({ traceId, spanId, parentId, isRemote, def, startMs, endMs, attributes, error });
      },
    };
  }

  function begin(def: SpanDef, traceparent: string | null, isRemote = false): Span {
    const [, traceId, parentId, flags] = (traceparent !== null && TRACEPARENT.exec(traceparent)) || [];
    const isRecorded = flags !== undefined && (parseInt(flags, 16) & SAMPLED) === SAMPLED;
    if (traceId === undefined || parentId === undefined || !isRecorded) return notRecorded(traceparent);
    return open(def, traceId, newSpanId(), flags, parentId, isRemote);
  }

  return {
    isOn: true,
    begin,
    beginTrace(def, own, remote) {
      if (remote !== null) return begin(def, remote, true);
      if (share < 1 && Math.random() >= share) return notRecorded(`${own.slice(0, -2)}00`);
      const [, traceId, spanId, flags] = own.split('-');
      return open(def, traceId ?? '', spanId ?? '', flags ?? '', null); // `own` was made here
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
