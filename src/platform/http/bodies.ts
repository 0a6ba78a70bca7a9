import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Problem } from '#kernel/problem.ts';
import { httpErrors } from './port.ts';

// Numbers, commas and opening brackets: each is a value to make and to look at. Ten million bytes of `[],` or of short
// fields stop the process for seconds; so many tokens, for some milliseconds.
const MAX_TOKENS = 20_000; // a batch says itself how many it has
const MAX_DEPTH = 64; // functions that call themselves for each level end with the stack
const NUMBER = /[\d.eE+-]+/y;
const COMMA = ','.charCodeAt(0);
const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * JSON only, in UTF-8, at most 64 levels deep and of 20,000 tokens. Bytes and numbers that JavaScript would silently
 * replace are refused: a text with U+FFFD, or an id that ends in other digits, is not what the client has sent. Many
 * clients send a content type without a body, and proxies send an empty body in chunks for a request of HTTP/2 that has
 * none: an empty body counts as no body.
 */
export function readBodies(http: FastifyInstance): void {
  http.removeContentTypeParser('text/plain');
  const parse = http.getDefaultJsonParser('error', 'error');
  http.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    const text = decode(body as Buffer); // `parseAs` makes it a buffer
    const { maxTokens = MAX_TOKENS } = request.routeOptions.config.batch ?? {};
    const refusal = text === null ? httpErrors.malformed() : refusalOf(text, maxTokens);
    if (text === null || refusal) return done(refusal);
    void parse(request, text, done);
  });
  http.addContentTypeParser('*', ({ is404, headers }: FastifyRequest, payload: IncomingMessage) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const refuse = () => reject(httpErrors.unsupportedMediaType());
    if (is404) resolve();
    else if (headers['content-type'] !== undefined) refuse();
    else payload.once('data', refuse).once('error', reject).once('end', resolve).resume();
    return promise;
  });
}

function decode(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/** For a text that is too deep or has too many tokens, or a number that JavaScript cannot represent. One pass. */
function refusalOf(text: string, maxTokens: number): Problem | null {
  let depth = 0;
  let tokens = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isInString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) isInString = false;
    } else if (code === QUOTE) isInString = true;
    else if (code === COMMA) tokens += 1;
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      tokens += 1;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
    else if (code >= 0x30 && code <= 0x39) {
      NUMBER.lastIndex = at;
      const number = NUMBER.exec(text)?.[0] ?? '';
      if (losesValue(number)) return httpErrors.malformed();
      at += number.length - 1;
      tokens += 1;
    }
    if (depth > MAX_DEPTH) return httpErrors.malformed();
    if (tokens > maxTokens) return httpErrors.tooLarge();
  }
  return null;
}

/** For a number that is no finite double, and for an integer beyond 2^53 − 1. */
function losesValue(number: string): boolean {
  const value = Number(number);
  return value === Infinity || (Number.isInteger(value) && !Number.isSafeInteger(value));
}
