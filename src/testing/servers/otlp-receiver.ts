import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { listenHttp } from './listen.ts';

/** As OTLP over HTTP has it, in JSON. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code: number };
}

export interface ReceivedMetric {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly { readonly asDouble: number }[] };
  readonly histogram?: { readonly dataPoints: readonly { readonly count: number }[] };
}

interface Batch {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[] }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly ReceivedMetric[] }[];
  }[];
}

/** A collector on loopback. One that is `silent` takes all connections and answers none. */
export async function openOtlpReceiver(t: { after(work: () => void): void }, { silent = false } = {}) {
  const spans: ReceivedSpan[] = [];
  const metrics: ReceivedMetric[] = [];
  const server = createServer((request, response) => {
    if (silent) return void request.resume();
    void json(request).then((body) => {
      const { resourceSpans = [], resourceMetrics = [] } = body as Batch;
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      metrics.push(...resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics)));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  return { url: await listenHttp(t, server), spans, metrics };
}
