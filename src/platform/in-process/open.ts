import type { FastifyRequest } from 'fastify';
import { bearerTokenOf, type Authenticate, type CallerOf } from '#platform/http/port.ts';
import type { InProcessCaller, InProcess } from './port.ts';

interface Opened {
  readonly http: {
    inject(request: object): Promise<{
      readonly statusCode: number;
      readonly headers: Readonly<Record<string, unknown>>;
      readonly body: string;
    }>;
    close(): Promise<unknown>;
  };
  readonly openApi: () => unknown;
}

type Asker = Omit<InProcessCaller, 'origin'>;

/** In place of an address: it is none, and is recorded as none. */
const NOWHERE = 'none';

/**
 * A server that never listens, opened by `open` when it is first asked: so what it takes for a proof of identity cannot come
 * from outside. Rules, limits of cost and refusals are those of the server that listens.
 */
export function createInProcess(open: (authenticate: Authenticate) => Promise<Opened>, callerOf: CallerOf): InProcess {
  let opened: Promise<Opened & { readonly document: unknown }> | null = null;

  function server() {
    opened ??= openOnce().catch((error: unknown) => {
      opened = null; // the next call tries again
      throw error;
    });
    return opened;
  }

  async function openOnce() {
    const made = await open(async (request) => {
      const asker = readAsker(request);
      const caller = await callerOf({ ...asker, apiKeyId: null });
      if (!caller) return null;
      // Who has left the organisation that the session works in asks as one who works in none.
      if (asker.organisationId === null) return { ...caller, organisationId: null };
      return caller.organisationId === asker.organisationId ? caller : null;
    });
    return { ...made, document: made.openApi() };
  }

  return {
    async get({ origin, ...asker }, url) {
      const { http } = await server();
      const authorization = `Bearer ${Buffer.from(JSON.stringify(asker)).toString('base64url')}`;
      const from = { ...headersOf(origin), authorization };
      const remoteAddress = origin.ip ?? NOWHERE;
      const { statusCode, headers, body } = await http.inject({ method: 'GET', url, headers: from, remoteAddress });
      const isJson = /json/.test(String(headers['content-type']));
      const seconds = Number(headers['retry-after']);
      return {
        status: statusCode,
        retryAfterMs: seconds > 0 ? seconds * 1000 : null,
        body: isJson ? (JSON.parse(body) as unknown) : null,
      };
    },
    document: async () => (await server()).document,
    async close() {
      await (await opened?.catch(() => null))?.http.close();
    },
  };
}

/** Those that are left out are undefined: without a name of its own the request would get that of the library. */
function headersOf({ requestId, traceparent, userAgent }: InProcessCaller['origin']) {
  return {
    'user-agent': userAgent ?? undefined,
    'x-request-id': requestId || undefined,
    traceparent: traceparent ?? undefined,
  };
}

function readAsker(request: FastifyRequest): Asker {
  return JSON.parse(Buffer.from(bearerTokenOf(request) ?? '', 'base64url').toString()) as Asker;
}
