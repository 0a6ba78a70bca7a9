import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { httpErrors, type ServedBytes } from '../port.ts';
import { decideAnswer } from './ranges.ts';

/** What a browser shows as a document of its own runs nothing and loads nothing, and belongs to no origin. */
const SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; frame-ancestors 'none'; sandbox";

/** Adds `reply.sendBytes`. */
export function decorateBytes(http: FastifyInstance): void {
  http.decorateReply('sendBytes', function (this: FastifyReply, bytes: ServedBytes) {
    return sendBytes(this, bytes);
  });
}

async function sendBytes(reply: FastifyReply, bytes: ServedBytes): Promise<FastifyReply> {
  const { method, headers } = reply.request;
  // Conditions and ranges are of GET and HEAD: a form gets the whole.
  const answer = decideAnswer(method, method === 'POST' ? {} : headers, bytes);
  if (method === 'HEAD' || (answer.status !== 200 && answer.status !== 206)) await bytes.decline();
  if (answer.status === 412) throw httpErrors.preconditionFailed();
  if (answer.status === 416) {
    reply.header('content-range', `bytes */${bytes.sizeBytes}`).header('accept-ranges', 'bytes');
    throw httpErrors.rangeNotSatisfiable({ sizeBytes: bytes.sizeBytes });
  }
  reply.code(answer.status).headers({
    etag: bytes.etag,
    ...(bytes.modifiedAt && { 'last-modified': bytes.modifiedAt.toUTCString() }),
    'cache-control': 'private, no-cache', // may be kept, but who may read it is asked each time
    'content-security-policy': SANDBOX,
    'accept-ranges': 'bytes',
  });
  if (answer.status === 304) return reply.send();
  const part = answer.status === 206 ? answer : { start: 0, end: bytes.sizeBytes - 1 };
  if (answer.status === 206) reply.header('content-range', `bytes ${part.start}-${part.end}/${bytes.sizeBytes}`);
  reply.headers({
    'content-type': bytes.contentType,
    'content-disposition': bytes.disposition,
    'content-length': part.end - part.start + 1,
  });
  // The length of an answer to HEAD is that of GET: a stream leaves the header as it is.
  if (method === 'HEAD') return reply.send(Readable.from([]));
  return reply.send(await bytes.open(answer.status === 206 ? part : null));
}
