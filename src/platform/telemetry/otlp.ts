import { toFailureText } from '#kernel/redaction/failure-text.ts';
import { SpanKind, SpanStatusCode, TraceFlags, ValueType, type HrTime } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { createOutageLog } from '#platform/log/outages.ts';
import type { Log } from '#platform/log/port.ts';
import type { Family, HistogramSample, Registry, Sample } from './port.ts';
import type { EndedSpan } from './tracer.ts';

const SCOPE = { name: 'bonyan' };
const QUEUE = 4096; // spans that wait for the collector: 4 MB; further ones are dropped
const BATCH = 256; // so few are written as JSON at once that no request waits for it
const DELAY_MS = 1000;
const TIMEOUT_MS = 3000;
const METRICS_MS = 60_000;
const CLOSE_MS = 2000; // a collector that is away must not hold the end of the process
const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

export interface OtlpOptions {
  readonly endpoint: string;
  readonly nodeId: string;
  readonly registry: Registry;
  readonly log: Log;
}

interface Exported {
  readonly code: number;
  readonly error?: Error;
}

/**
 * Sends spans and the metrics of the registry to a collector. Requests never wait for it: while it is away or slow, spans
 * that find the queue full are dropped.
 */
export function openOtlp({ endpoint, nodeId, registry, log }: OtlpOptions) {
  const resource = resourceFromAttributes({ 'service.name': 'bonyan', 'service.instance.id': nodeId });
  const outages = createOutageLog(log, {
    gone: 'the collector of OTEL_EXPORTER_OTLP_ENDPOINT does not answer; traces and metrics are dropped meanwhile',
    back: 'the collector of OTEL_EXPORTER_OTLP_ENDPOINT answers again',
  });
  const traces = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: TIMEOUT_MS });
  const metrics = new OTLPMetricExporter({ url: `${endpoint}/v1/metrics`, timeoutMillis: TIMEOUT_MS });
  for (const exporter of [traces, metrics]) watch(exporter);

  /** The exporters report failures only to the function that they are given. */
  function watch(exporter: { export(items: never, done: (result: Exported) => void): void }): void {
    const send = exporter.export.bind(exporter);
    exporter.export = (items, done) =>
      send(items, (result) => {
        if (result.code === 0) outages.answered();
        else outages.failed(result.error ?? new Error('the collector refused the data'));
        done(result);
      });
  }

  const spans = new BatchSpanProcessor({
    exporter: traces,
    maxQueueSize: QUEUE,
    maxExportBatchSize: BATCH,
    scheduledDelayMillis: DELAY_MS,
    exportTimeoutMillis: TIMEOUT_MS,
  });
  const startTime = toHrTime(performance.timeOrigin);
  const reader = new PeriodicExportingMetricReader({
    exporter: metrics,
    exportIntervalMillis: METRICS_MS,
    exportTimeoutMillis: TIMEOUT_MS,
    metricProducers: [
      {
        async collect() {
          const endTime = toHrTime(Date.now());
          const families = await registry.collect();
          const all = families.map((family) => toMetric(family, startTime, endTime));
          return { resourceMetrics: { resource, scopeMetrics: [{ scope: SCOPE, metrics: all }] }, errors: [] };
        },
      },
    ],
  });
  const provider = new MeterProvider({ resource, readers: [reader] });

  return {
    record: (span: EndedSpan) => spans.onEnd(toReadable(span, resource)),
    /** Sends what waits. */
    flush: async () => void (await Promise.all([spans.forceFlush(), provider.forceFlush()])),
    async close(): Promise<void> {
      const late = new Promise<void>((resolve) => void setTimeout(resolve, CLOSE_MS).unref());
      await Promise.race([Promise.allSettled([spans.shutdown(), provider.shutdown()]), late]);
    },
  };
}

function toReadable(span: EndedSpan, resource: ReadableSpan['resource']): ReadableSpan {
  const { traceId, spanId, parentId, isRemote, def, startMs, endMs, error } = span;
  const attributes = { ...def.attributes, ...span.attributes };
  const { method, route } = attributes;
  const name = route === undefined ? def.name : `${String(method)} ${String(route)}`; // known when the request has ended
  const { kind } = def;
  const traceFlags = TraceFlags.SAMPLED;
  return {
    name,
    kind: KINDS[kind],
    spanContext: () => ({ traceId, spanId, traceFlags }),
    ...(parentId !== null && { parentSpanContext: { traceId, spanId: parentId, traceFlags, isRemote } }),
    startTime: toHrTime(startMs),
    endTime: toHrTime(endMs),
    duration: toHrTime(endMs - startMs),
    ended: true,
    status:
      error === undefined
        ? { code: SpanStatusCode.UNSET }
        : { code: SpanStatusCode.ERROR, message: toFailureText(error) },
    attributes,
    links: [],
    events: [],
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/** Seconds and nanoseconds. */
function toHrTime(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
}

function toMetric(family: Family, startTime: HrTime, endTime: HrTime): MetricData {
  const { name, help: description, labels } = family;
  const attributesOf = (sample: Sample | HistogramSample) =>
    Object.fromEntries(labels.map((label, index) => [label, sample.labels[index] ?? '']));
  const head = {
    descriptor: { name, description, unit: name.endsWith('_seconds') ? 's' : '1', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  if (family.type === 'histogram') {
    const { bounds: boundaries } = family;
    const dataPoints = family.samples.map((sample) => ({
      startTime,
      endTime,
      attributes: attributesOf(sample),
      value: {
        buckets: { boundaries: [...boundaries], counts: [...sample.counts] },
        sum: sample.sum,
        count: sample.count,
      },
    }));
    return { ...head, dataPointType: DataPointType.HISTOGRAM, dataPoints };
  }
  const dataPoints = family.samples.map((sample) => ({
    startTime,
    endTime,
    attributes: attributesOf(sample),
    value: sample.value,
  }));
  return family.type === 'counter'
    ? { ...head, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...head, dataPointType: DataPointType.GAUGE, dataPoints };
}
