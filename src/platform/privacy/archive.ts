import { Zip, ZipDeflate } from 'fflate';
import type { Module } from '#platform/module.ts';

const SLICE_CHARACTERS = 64 * 1024; // compressed in one step; between steps the event loop is free

/**
 * A ZIP with a file `<module>.json` for each module that has data about the person, produced as it is read: at most one
 * module's part is in memory, and only one piece of a part that is an `AsyncIterable`.
 */
export async function* archiveOf(
  modules: readonly Pick<Module, 'name' | 'privacy'>[],
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
    const file = new ZipDeflate(`${name}.json`, { level: 6, mem: 0 }); // most parts are small: `mem` grows what each one costs
    zip.add(file);
    for await (const text of textsOf(held))
      for (const slice of slicesOf(text)) {
        file.push(slice);
        yield* ready.splice(0);
      }
    file.push(new Uint8Array(), true);
  }
  zip.end();
  yield* ready.splice(0);
}

async function* textsOf(held: unknown): AsyncGenerator<string> {
  if (isIterable(held)) return yield* itemsOf(held);
  if (!isObject(held) || !Object.values(held).some(isIterable)) return yield toText(held);
  let before = '{\n';
  for (const [name, value] of Object.entries(held)) {
    if (value === undefined) continue;
    yield `${before}${JSON.stringify(name)}: `;
    yield* isIterable(value) ? itemsOf(value) : [toText(value)];
    before = ',\n';
  }
  yield '\n}';
}

async function* itemsOf(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const item of items) {
    yield `${before}${toText(item)}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]' : '\n]';
}

/** @throws for a list that is read piece by piece at a place where it would silently become `{}` */
function toText(value: unknown): string {
  return JSON.stringify(
    value,
    (name, member: unknown) => {
      if (isIterable(member))
        throw new Error(`the export has a long list below ${name}: only a part, or a member of one, can be`);
      return member;
    },
    2,
  );
}

function isObject(held: unknown): held is object {
  return typeof held === 'object' && held !== null && !Array.isArray(held);
}

function isIterable(held: unknown): held is AsyncIterable<unknown> {
  return typeof held === 'object' && held !== null && Symbol.asyncIterator in held;
}

/** UTF-8 slices that never split a character. */
function* slicesOf(text: string): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let start = 0;
  while (start < text.length) {
    const isSplit = text.codePointAt(start + SLICE_CHARACTERS - 1) !== text.charCodeAt(start + SLICE_CHARACTERS - 1);
    const end = start + SLICE_CHARACTERS + (isSplit ? 1 : 0);
    yield encoder.encode(text.slice(start, end));
    start = end;
  }
}
