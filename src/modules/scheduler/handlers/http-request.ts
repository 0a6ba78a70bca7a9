import { Type } from 'typebox';
import { createRedact } from '#kernel/redaction/redact.ts';
import { OneOf } from '#kernel/schema.ts';
import { defineHandler, PermanentFailure, type JobHandler } from '#platform/jobs/port.ts';
import { OutboundRefused, type Outbound } from '#platform/outbound/port.ts';
import { schedulerPermissions } from '../contract.ts';

const HEADER_NAME = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";
/** What the connection itself sets, and what would take the request somewhere else. */
const OWN_HEADERS = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'upgrade', 'expect']);

const { isSecretName } = createRedact([]);

const Headers = Type.Unsafe<Record<string, string>>({
  type: 'object',
  maxProperties: 50,
  propertyNames: { pattern: HEADER_NAME, maxLength: 100 },
  additionalProperties: { type: 'string', maxLength: 8192, pattern: '^[\\t -~\\u0080-\\u00ff]*$' },
});

const Payload = Type.Object({
  url: Type.String({ minLength: 1, maxLength: 2000, description: 'http or https, on the internet' }),
  method: Type.Optional(OneOf('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE')),
  headers: Type.Optional(
    Type.With(Headers, { description: 'Shown with the job: `authorization`, `cookie` and the like are refused here' }),
  ),
  secretHeaders: Type.Optional(
    Type.With(Headers, {
      writeOnly: true,
      description: 'Further headers, such as `authorization`: encrypted, and never shown',
    }),
  ),
  body: Type.Optional(Type.String({ maxLength: 60_000 })),
  expectedStatus: Type.Optional(
    Type.Array(Type.Integer({ minimum: 100, maximum: 599 }), { maxItems: 20, description: 'Default: 200 to 299' }),
  ),
  maxRedirects: Type.Optional(Type.Integer({ minimum: 0, maximum: 10, description: 'Default: none is followed' })),
});

/** Internal addresses are refused when the job is saved, when the name is resolved, and after each redirect. */
export function httpRequest(outbound: Outbound): JobHandler {
  return defineHandler({
    type: 'http.request',
    description: 'Calls an address on the internet, and expects a status',
    payload: Payload,
    permission: schedulerPermissions.http,
    refuses({ url, headers = {}, secretHeaders = {} }) {
      const reason = outbound.refuses(url);
      if (reason !== null) return { field: 'url', reason };
      const own = Object.keys({ ...headers, ...secretHeaders }).find((name) => OWN_HEADERS.has(name.toLowerCase()));
      if (own !== undefined) return { field: 'headers', reason: `${own} cannot be set` };
      const shown = Object.keys(headers).find(isSecretName);
      return shown === undefined
        ? null
        : { field: 'headers', reason: `${shown} would be shown with the job: put it into secretHeaders` };
    },
    async run({ payload, executionId, signal, log }) {
      const { url, method = 'GET', headers = {}, secretHeaders = {}, body, expectedStatus, maxRedirects = 0 } = payload;
      const began = performance.now();
      const answer = await outbound
        .send({
          method,
          url,
          headers: { 'idempotency-key': executionId, ...headers, ...secretHeaders },
          secretHeaders: Object.keys(secretHeaders),
          ...(body !== undefined && { body }),
          redirects: maxRedirects,
          signal,
        })
        .catch((error: unknown) => {
          throw error instanceof OutboundRefused ? new PermanentFailure(error.message) : error;
        });
      log(`${method} answered ${answer.status} after ${Math.round(performance.now() - began)} ms`);
      const isExpected = expectedStatus?.includes(answer.status) ?? (answer.status >= 200 && answer.status < 300);
      if (isExpected) return;
      const text = answer.body.toString('utf8'); // whole: a secret that is cut would not be masked
      throw new Error(`the server answered ${answer.status}${text === '' ? '' : `: ${text}`}`);
    },
  });
}
