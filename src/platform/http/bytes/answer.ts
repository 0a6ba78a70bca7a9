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
  const asked = method === 'POST' ? {} : headers;
  const isSent = method !== 'HEAD' && decideAnswer('HEAD', asked, { ...bytes, sizeBytes: 0 }).status === 200;
  const sizeBytes = await sizeOf(bytes, isSent);
  const answer = decideAnswer(isSent ? method : 'HEAD', asked, { ...bytes, sizeBytes: sizeBytes ?? 0 });
  if (!isSent || answer.status === 416) await bytes.decline();
  if (answer.status === 412) throw httpErrors.preconditionFailed();
  if (answer.status === 416) {
    reply.header('content-range', `bytes */${sizeBytes}`).header('accept-ranges', 'bytes');
    throw httpErrors.rangeNotSatisfiable({ sizeBytes });
  }
  reply.code(answer.status).headers({
    etag: bytes.etag,
    ...(bytes.modifiedAt && { 'last-modified': bytes.modifiedAt.toUTCString() }),
    'cache-control': 'private, no-cache', // may be kept, but who may read it is asked each time
    'content-security-policy': SANDBOX,
    'accept-ranges': 'bytes',
  });
  if (answer.status === 304) return reply.send();
  const part = answer.status === 206 ? answer : { start: 0, end: (sizeBytes ?? 0) - 1 };
  if (answer.status === 206) reply.header('content-range', `bytes ${part.start}-${part.end}/${sizeBytes}`);
  reply.headers({
    'content-type': bytes.contentType,
    'content-disposition': bytes.disposition,
    ...(sizeBytes !== null && { 'content-length': part.end - part.start + 1 }),
  });
  // The length of an answer to HEAD is that of GET: a stream leaves the header as it is.
  if (method === 'HEAD') return reply.send(Readable.from([]));
  return reply.send(await bytes.open(answer.status === 206 ? part : null));
}

/** Null: it is not known before they are made, and they are not sent. */
async function sizeOf({ sizeBytes }: ServedBytes, isSent: boolean): Promise<number | null> {
  if (typeof sizeBytes === 'number') return sizeBytes;
  return isSent ? sizeBytes() : null;
}
