import type { ServedPart } from '../serving/service.ts';
import type { LinkUse } from './queries.ts';

/** Some players ask for two bytes first, to learn whether ranges work. */
const PROBE_BYTES = 16;

type Use = Pick<LinkUse, 'bytesLeft' | 'hasStart'>;

/**
 * What is left of a download after this part of the file; null: the part belongs to another download. The first bytes leave
 * once in a download, and after them twice the file at most: so a broken one can be resumed, and is no second one.
 */
export function continueUse({ bytesLeft, hasStart }: Use, part: ServedPart, sizeBytes: number): Use | null {
  const { start, bytes } = measure(part, sizeBytes);
  if (bytes > bytesLeft || (start === 0 && hasStart)) return null;
  if (start > 0 || isProbe(start, bytes, sizeBytes)) return { bytesLeft: bytesLeft - bytes, hasStart };
  return { bytesLeft: bytesLeft - bytes + sizeBytes, hasStart: true };
}

/** What is left of a download that begins with this part. A probe takes nothing from it. */
export function beginUse(part: ServedPart, sizeBytes: number): Use {
  const { start, bytes } = measure(part, sizeBytes);
  const whole = { bytesLeft: sizeBytes, hasStart: false };
  return isProbe(start, bytes, sizeBytes) ? whole : (continueUse(whole, part, sizeBytes) ?? whole);
}

function measure(part: ServedPart, sizeBytes: number): { start: number; bytes: number } {
  return part === null ? { start: 0, bytes: sizeBytes } : { start: part.start, bytes: part.end - part.start + 1 };
}

function isProbe(start: number, bytes: number, sizeBytes: number): boolean {
  return start === 0 && bytes <= PROBE_BYTES && bytes < sizeBytes;
}
