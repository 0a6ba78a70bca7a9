import type { IncomingHttpHeaders } from 'node:http';

/** What decides whether a client has the bytes already, and which of them it gets (RFC 9110, 13 and 14). */
export interface Representation {
  readonly sizeBytes: number;
  /** Strong, with its quotes: the same bytes have the same one. */
  readonly etag: string;
  /** Null: conditions by date are not answered. */
  readonly modifiedAt: Date | null;
}

export type BytesAnswer =
  | { readonly status: 200 }
  | { readonly status: 206; readonly start: number; readonly end: number }
  | { readonly status: 304 | 412 | 416 };

const RANGE = /^(?:(\d+)-(\d*)|-(\d+))$/;
/** More are an attack, or a client that reads badly: it gets everything. */
const MAX_RANGES = 20;

/** In the order of RFC 9110, 13.2.2. */
export function decideAnswer(method: string, headers: IncomingHttpHeaders, it: Representation): BytesAnswer {
  const modifiedMs = it.modifiedAt && Math.floor(it.modifiedAt.getTime() / 1000) * 1000; // dates of HTTP have no fractions
  const { 'if-match': match, 'if-none-match': noneMatch, range } = headers;
  const unmodifiedSince = toTime(headers['if-unmodified-since']);
  const modifiedSince = toTime(headers['if-modified-since']);

  if (match !== undefined) {
    if (!names(match, it.etag, false)) return { status: 412 };
  } else if (unmodifiedSince !== null && modifiedMs !== null && modifiedMs > unmodifiedSince) return { status: 412 };
  if (noneMatch !== undefined) {
    if (names(noneMatch, it.etag, true)) return { status: 304 };
  } else if (modifiedSince !== null && modifiedMs !== null && modifiedMs <= modifiedSince) return { status: 304 };
  // A range has no meaning for HEAD (14.2), and none for bytes that the client does not have a part of (13.1.5).
  if (method !== 'GET' || range === undefined || !isCurrent(headers['if-range'], it.etag, modifiedMs))
    return { status: 200 };
  return toPart(range, it.sizeBytes);
}

/** Whether a list of entity tags names this one. A weak tag names bytes only where weak comparison is enough. */
function names(header: string, etag: string, isWeakEnough: boolean): boolean {
  if (header.trim() === '*') return true;
  const tags = header.match(/(?:W\/)?"[!#-~\u0080-\u00ff]*"/g) ?? [];
  return tags.some((tag) => tag === etag || (isWeakEnough && tag === `W/${etag}`));
}

function isCurrent(ifRange: string | string[] | undefined, etag: string, modifiedMs: number | null): boolean {
  if (ifRange === undefined) return true;
  const validator = String(ifRange).trim();
  return validator.includes('"') ? validator === etag : modifiedMs !== null && toTime(validator) === modifiedMs;
}

/**
 * The one part that the ranges ask for. Several that do not touch each other get the whole, which a server may answer;
 * so does what is no range of bytes.
 */
function toPart(header: string, sizeBytes: number): BytesAnswer {
  const [, list] = /^bytes\s*=\s*(.+)$/i.exec(header.trim()) ?? [];
  const specs = list?.split(',').map((spec) => RANGE.exec(spec.trim())) ?? [];
  if (specs.length === 0 || specs.length > MAX_RANGES) return { status: 200 };
  const parts: { start: number; end: number }[] = [];
  for (const spec of specs) {
    if (!spec) return { status: 200 };
    const [, first, last, suffix] = spec;
    if (first !== undefined && last !== '' && Number(last) < Number(first)) return { status: 200 };
    const start = suffix === undefined ? Number(first) : Math.max(0, sizeBytes - Number(suffix));
    const end = suffix === undefined && last !== '' ? Math.min(Number(last), sizeBytes - 1) : sizeBytes - 1;
    if (start < sizeBytes && suffix !== '0') parts.push({ start, end });
  }
  parts.sort((one, other) => one.start - other.start);
  const [whole, ...others] = parts;
  if (!whole) return { status: 416 };
  for (const { start, end } of others) {
    if (start > whole.end + 1) return { status: 200 };
    whole.end = Math.max(whole.end, end);
  }
  return { status: 206, ...whole };
}

/** Milliseconds; null for what is no date of HTTP, which counts as if it were not there. */
function toTime(header: string | undefined): number | null {
  if (
    header === undefined ||
    !/^[A-Z][a-z]{2,8}, ?\d{2}[- ][A-Z][a-z]{2}[- ]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/.test(header)
  )
    return null;
  const time = Date.parse(header);
  return Number.isNaN(time) ? null : time;
}
