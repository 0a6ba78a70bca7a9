import { isUtf8 } from 'node:buffer';

const MAX_LINE = 64 * 1024; // bytes; own fields take 24 KiB at most
const NEWLINE = 10;

/** A line by its number, from 1, with its text or the reason why there is none. */
export interface Line {
  readonly number: number;
  readonly text: string;
  /** The line is longer than lines may be, and was skipped without being kept, or its bytes are not UTF-8. */
  readonly fault: 'too_long' | 'not_utf8' | null;
}

/** Lines of a stream of bytes, without empty ones; keeps one line at most. */
export async function* boundedLines(chunks: AsyncIterable<Buffer>, most = MAX_LINE): AsyncGenerator<Line> {
  let number = 1;
  let length = 0;
  let parts: Buffer[] = [];

  function add(part: Buffer): void {
    length += part.length;
    if (length <= most) parts.push(part);
    else parts = [];
  }

  function end(): Line {
    const line = toLine(number, length > most ? null : Buffer.concat(parts));
    number += 1;
    length = 0;
    parts = [];
    return line;
  }

  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, at));
      from = at + 1;
      const line = end();
      if (!isEmpty(line)) yield line;
    }
    add(chunk.subarray(from));
  }
  const last = end();
  if (!isEmpty(last)) yield last;
}

function toLine(number: number, bytes: Buffer | null): Line {
  if (bytes === null) return { number, text: '', fault: 'too_long' };
  if (!isUtf8(bytes)) return { number, text: '', fault: 'not_utf8' }; // decoded, it would be another text
  return { number, text: bytes.toString().trim(), fault: null };
}

function isEmpty({ text, fault }: Line): boolean {
  return fault === null && text === '';
}
