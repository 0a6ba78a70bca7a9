import { PassThrough } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { httpErrors, type Form, type FormPart } from '../port.ts';
import { createDigestCheck } from './digests.ts';

const LIMITS = {
  parts: 21,
  fields: 20,
  files: 1,
  fieldSize: 16 * 1024,
  headerPairs: 20,
  headerSize: 8 * 1024,
};

/** A form is read only by routes that take one; their handler reads it while it arrives. */
export function takeForms(http: FastifyInstance): void {
  http.addContentTypeParser('multipart/form-data', ({ is404, routeOptions }: FastifyRequest, _payload, done) => {
    if (is404 || routeOptions.config.takes === 'form') done(null);
    else done(httpErrors.unsupportedMediaType());
  });
  http.decorateRequest('readForm', function (this: FastifyRequest) {
    return readForm(this.raw);
  });
}

/** @throws `http.unsupported_media_type` where the body is no form */
function readForm(raw: IncomingMessage): Form {
  if (!/^multipart\/form-data\s*;/i.test(raw.headers['content-type'] ?? '')) throw httpErrors.unsupportedMediaType();
  const digest = createDigestCheck(raw);
  const stopping = new AbortController();
  return {
    parts: partsOf(raw, digest.add, stopping.signal),
    checkDigest: digest.check,
    stop: (reason) => stopping.abort(reason),
  };
}

/** The parts, one after the other. The next one is read when the content of a file was read or destroyed. */
async function* partsOf(
  raw: IncomingMessage,
  onBytes: (chunk: Buffer) => void,
  stopped: AbortSignal,
): AsyncGenerator<FormPart, void> {
  const parser = createParser(raw);
  const waiting: FormPart[] = [];
  let wake: (() => void) | null = null;
  let isOver = false;
  let failure: Error | null = null;
  let file: PassThrough | null = null;

  function notice(): void {
    wake?.();
    wake = null;
  }

  function add(part: FormPart): void {
    waiting.push(part);
    notice();
  }

  function fail(error: Error): void {
    if (isOver || failure) return;
    failure = error;
    raw.unpipe(parser);
    file?.destroy(error);
    notice();
  }

  parser.on('field', (name, value, _nameTruncated, isTruncated) => {
    if (isTruncated) fail(httpErrors.tooLarge());
    else add({ kind: 'field', name: name ?? '', value });
  });
  parser.on('file', (name, content, fileName, _encoding, contentType) => {
    // The parser's own stream fails with errors that say nothing to a client.
    const whole = new PassThrough();
    whole.on('error', () => {}); // it may fail before it is read
    whole.once('close', () => content.unpipe(whole).resume());
    content.on('error', () => whole.destroy(failure ?? httpErrors.malformed()));
    content.pipe(whole);
    file = whole;
    add({ kind: 'file', name: name ?? '', fileName: fileName ?? '', contentType, content: whole });
  });
  parser.on('finish', () => {
    isOver = true;
    notice();
  });
  for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const)
    parser.on(limit, () => fail(httpErrors.tooLarge()));
  parser.on('error', () => fail(httpErrors.malformed()));
  const onError = (error: Error) => fail(error);
  const onClose = () => raw.complete || fail(new Error('the client disconnected before the form was complete'));
  const onStop = () => fail(stopped.reason as Error); // as `stop` takes it
  raw.on('error', onError).on('close', onClose).on('data', onBytes);
  stopped.addEventListener('abort', onStop);
  raw.pipe(parser);
  if (stopped.aborted) onStop();

  try {
    for (;;) {
      if (failure) throw failure;
      const part = waiting.shift();
      if (part) yield part;
      else if (isOver) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    raw.off('error', onError).off('close', onClose).off('data', onBytes);
    stopped.removeEventListener('abort', onStop);
    raw.on('error', () => {}); // the rest of a body that nobody reads may still fail
    raw.unpipe(parser);
    raw.resume();
  }
}

function createParser({ headers }: IncomingMessage) {
  try {
    // With the path, a name is what the client has sent, and can be refused.
    return new Busboy({ headers: headers as BusboyHeaders, limits: LIMITS, preservePath: true });
  } catch {
    throw httpErrors.malformed(); // without a boundary
  }
}
