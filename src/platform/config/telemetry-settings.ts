import { baseUrl, integer, secret, setting, share, text, token } from './setting-kinds.ts';

/** What the process tells of itself, and to whom. */
export const telemetrySettings = {
  release: setting(
    'BONYAN_RELEASE',
    null,
    text(1, 100),
    'name of what you deploy, such as a commit; marks deploys in charts; default: the version of Bonyan',
  ),
  metricsToken: secret(
    'BONYAN_METRICS_TOKEN',
    null,
    token,
    'token that Prometheus sends to read /metrics, 16 to 256 characters; default: only callers with observability.read may',
  ),
  otlpEndpoint: setting(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    null,
    baseUrl,
    'address of an OpenTelemetry collector, such as http://localhost:4318; gets traces and metrics by OTLP over HTTP',
  ),
  traceShare: setting(
    'OTEL_TRACES_SAMPLER_ARG',
    '1',
    share,
    'share of the traces that begin here and are sent to the collector, from 0 to 1; callers decide on their own traces',
  ),
  alertLeastBad: setting(
    'BONYAN_ALERT_LEAST_BAD',
    '5',
    integer(1, 1_000_000),
    'bad events in the short window of a burn alert without which nobody is alerted',
  ),
};
