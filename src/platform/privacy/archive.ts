import { Zip, ZipDeflate } from 'fflate';
import type { Module } from '#platform/module.ts';

const SLICE_CHARACTERS = 64 * 1024; // compressed at once; the event loop is free in between

/**
 * A ZIP of what each module holds about a person, `<module>.json`, as it is read: no more than one module's part is in
 * memory. Modules that hold nothing have no file.
 */
export async function* archiveOf(
  modules: readonly Pick<Module<unknown>, 'name' | 'privacy'>[],
  userId: string,
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    ready.push(chunk);
  });
  for (const { name, privacy } of modules) {
    const held = await privacy.export(userId);
    if (held === null) continue;
    const file = new ZipDeflate(`${name}.json`);
    zip.add(file);
    for (const { slice, isLast } of slicesOf(JSON.stringify(held, null, 2))) {
      file.push(slice, isLast);
      yield* ready.splice(0);
    }
  }
  zip.end();
  yield* ready.splice(0);
}

/** In UTF-8, and never in the middle of a character. */
function* slicesOf(text: string): Generator<{ slice: Uint8Array; isLast: boolean }> {
  const encoder = new TextEncoder();
  let start = 0;
  while (start < text.length) {
    const isSplit = text.codePointAt(start + SLICE_CHARACTERS - 1) !== text.charCodeAt(start + SLICE_CHARACTERS - 1);
    const end = start + SLICE_CHARACTERS + (isSplit ? 1 : 0);
    yield { slice: encoder.encode(text.slice(start, end)), isLast: end >= text.length };
    start = end;
  }
}
