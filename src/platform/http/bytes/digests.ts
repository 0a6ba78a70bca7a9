import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { httpErrors } from '../port.ts';

/** Of RFC 9530 that are in use; others, such as old ones, say nothing. */
const ALGORITHMS: Readonly<Record<string, string>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' };
const DIGEST = /^\s*([a-z0-9*_.-]+)=:([a-z0-9+/]+={0,2}):\s*$/i;

/**
 * `Content-Digest` (RFC 9530) is about the whole body. Many clients send the digest of their file, so that of the file is
 * taken too: both say that its bytes arrived whole.
 */
export function createDigestCheck({ headers }: IncomingMessage) {
  const wanted = parseDigests(headers['content-digest']);
  const hashes = wanted.map(({ algorithm }) => createHash(algorithm));

  function add(chunk: Buffer): void {
    for (const hash of hashes) hash.update(chunk);
  }

  /** After the last byte; `file` is the one in the body. @throws `http.digest_mismatch` */
  function check(file: { readonly sha256: string } | null = null): void {
    const isRight = wanted.every(({ algorithm, digest }, index) => {
      const isFile = algorithm === 'sha256' && digest.toString('hex') === file?.sha256;
      return isFile || hashes[index]?.digest().equals(digest) === true;
    });
    if (!isRight) throw httpErrors.digestMismatch();
  }

  return { isThere: wanted.length > 0, add, check };
}

/** @throws `http.malformed` for a header that cannot be read */
function parseDigests(header: string | string[] | undefined): { algorithm: string; digest: Buffer }[] {
  if (header === undefined) return [];
  return String(header)
    .split(',')
    .flatMap((item) => {
      const [, name, value = ''] = DIGEST.exec(item) ?? [];
      if (name === undefined) throw httpErrors.malformed();
      const algorithm = ALGORITHMS[name.toLowerCase()];
      return algorithm === undefined ? [] : [{ algorithm, digest: Buffer.from(value, 'base64') }];
    });
}
