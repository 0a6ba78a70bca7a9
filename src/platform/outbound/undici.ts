import { lookup as resolveName, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import { isLoopback, isPublic, toLiteral, type Allowance } from './addresses.ts';
import { OutboundFailed, OutboundRefused, type Outbound, type OutboundAnswer, type OutboundRequest } from './port.ts';

const MAX_REDIRECTS = 10;
const KEEP_ALIVE_MS = 4000; // shorter than servers keep idle connections, so that a call rarely uses a closed one
const SECRET_HEADERS = ['authorization', 'cookie', 'proxy-authorization'];
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export interface OutboundLimits {
  readonly connectMs: number;
  /** For the whole call, with redirects and body. */
  readonly totalMs: number;
  /** Maximum size of a body; the rest is cut off. */
  readonly bodyBytes: number;
}

export const defaultLimits: OutboundLimits = { connectMs: 5000, totalMs: 10_000, bodyBytes: 65_536 };

export interface OutboundNeeds {
  readonly allow: Allowance;
  readonly limits?: OutboundLimits;
  /** Default: the resolver of the system. */
  readonly lookup?: LookupFunction;
}

type LookupDone = (error: Error | null, addresses: string | LookupAddress[], family?: number) => void;

/** Calls by undici. An address is checked when it is resolved, and the connection uses exactly that address. */
export function openOutbound({ allow, limits = defaultLimits, lookup = resolveName }: OutboundNeeds) {
  let opened: ReturnType<typeof open> | null = null;
  /** Errors before there was a connection, its TLS handshake included: no byte of a request was sent. */
  const unconnected = new WeakSet<Error>();

  /** Loads the package at the first call: it takes 80 ms. */
  async function open() {
    const { Agent, buildConnector, request } = await import('undici');
    const connect = buildConnector({ timeout: limits.connectMs, lookup: checkedLookup });
    const agent = new Agent({
      connect: (options, done) =>
        connect(options, (...result) => {
          if (result[0]) unconnected.add(result[0]);
          done(...result);
        }),
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
    });
    return { agent, request };
  }

  /** One internal address refuses the name: a mix of public and internal addresses is an attack or a mistake. */
  function checkedLookup(hostname: string, options: LookupOptions, done: LookupDone): void {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, []);
      const addresses = found as LookupAddress[]; // as `all` asks for
      const isFine = allow.hasHost(hostname) || addresses.every(({ address }) => isAllowed(address));
      if (!isFine) return done(new OutboundRefused(`${hostname} resolves to an internal address`), []);
      const [first] = addresses;
      if (!first) return done(new Error(`${hostname} has no address`), []);
      if (options.all) done(null, addresses);
      else done(null, first.address, first.family);
    });
  }

  function isAllowed(address: string): boolean {
    return isPublic(address) || allow.hasAddress(address);
  }

  function refuses(text: string): string | null {
    if (!URL.canParse(text)) return 'is not a URL';
    const { protocol, username, password, hostname, port } = new URL(text);
    if (protocol !== 'http:' && protocol !== 'https:') return 'must begin with https:// or http://';
    if (username !== '' || password !== '') return 'must not contain credentials';
    const literal = toLiteral(hostname);
    if (port !== '' && !allow.hasPort(Number(port)) && !isLoopback(hostname))
      return `must have the port 80 or 443, or one of BONYAN_OUTBOUND_PORTS`;
    if (literal !== null && !isAllowed(literal) && !allow.hasHost(hostname))
      return `${hostname} is an internal address`;
    return null;
  }

  async function send(asked: OutboundRequest): Promise<OutboundAnswer> {
    const deadline = AbortSignal.timeout(limits.totalMs);
    const signal = asked.signal ? AbortSignal.any([deadline, asked.signal]) : deadline;
    let current = asked;
    for (let left = Math.min(asked.redirects ?? 0, MAX_REDIRECTS); ; left -= 1) {
      const answer = await once(current, signal);
      const { location } = answer.headers;
      if (left <= 0 || !REDIRECTS.has(answer.status) || location === undefined) return answer;
      current = redirected(current, answer.status, location);
    }
  }

  async function once({ url, method, headers = {}, body }: OutboundRequest, signal: AbortSignal) {
    const reason = refuses(url);
    if (reason !== null) throw new OutboundRefused(`the address ${reason}`);
    opened ??= open();
    const { agent, request } = await opened;
    try {
      const answer = await request(url, {
        dispatcher: agent,
        method,
        headers: { 'user-agent': 'Bonyan', ...headers },
        body: body ?? null,
        headersTimeout: limits.totalMs,
        bodyTimeout: limits.totalMs,
        signal,
      });
      return { status: answer.statusCode, headers: flatten(answer.headers), ...(await readBounded(answer.body)) };
    } catch (error) {
      throw toFailure(error);
    }
  }

  /** The status is known already: an endless, slow or cut body does not fail the call. */
  async function readBounded(stream: Dispatcher.ResponseData['body']) {
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        chunks.push(chunk.subarray(0, limits.bodyBytes - bytes));
        bytes += chunk.length;
        // Leaving the loop closes the connection.
        if (bytes > limits.bodyBytes) return { body: Buffer.concat(chunks), isCut: true };
      }
      return { body: Buffer.concat(chunks), isCut: false };
    } catch {
      return { body: Buffer.concat(chunks), isCut: true };
    }
  }

  function toFailure(error: unknown): OutboundRefused | OutboundFailed {
    if (error instanceof OutboundRefused) return error;
    if (!(error instanceof Error)) return new OutboundFailed(String(error), true, error);
    const code = 'code' in error ? String(error.code) : error.name;
    const message = error.name === 'TimeoutError' ? 'no answer in time' : `no answer: ${error.message || code}`;
    return new OutboundFailed(message, !unconnected.has(error), error);
  }

  const outbound: Outbound = { refuses, send };
  return { outbound, close: async () => (await opened)?.agent.destroy() };
}

/** The next request of a redirect, as browsers make it; secret headers are not sent to another origin. */
function redirected(before: OutboundRequest, status: number, location: string): OutboundRequest {
  if (!URL.canParse(location, before.url)) throw new OutboundRefused('the redirect has no valid address');
  const [from, to] = [new URL(before.url), new URL(location, before.url)];
  if (from.protocol === 'https:' && to.protocol !== 'https:')
    throw new OutboundRefused('the redirect leads from https to http');
  const isKept = status === 307 || status === 308 || before.method === 'GET' || before.method === 'HEAD';
  const { secretHeaders = [] } = before;
  const secrets = [...SECRET_HEADERS, ...secretHeaders.map((name) => name.toLowerCase())];
  const dropped = new Set([...(from.origin === to.origin ? [] : secrets), ...(isKept ? [] : ['content-type'])]);
  const headers = Object.fromEntries(
    Object.entries(before.headers ?? {}).filter(([name]) => !dropped.has(name.toLowerCase())),
  );
  if (isKept) return { ...before, url: to.href, headers };
  return { method: 'GET', url: to.href, headers, secretHeaders }; // `send` keeps the count of redirects and the signal
}

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
