import { BackupError } from '../port.ts';

const BLOCK_BYTES = 512;
const FILE = '0';
const FOLDER = '5';

/** Of an entry. `content` is read to its end before the next one is asked for. */
export interface TarEntry {
  readonly kind: 'file' | 'folder';
  readonly name: string;
  readonly content: AsyncIterable<Buffer>;
}

/**
 * The entries of a tar as PostgreSQL writes it: its names and sizes fit the oldest form. Node has no reader of it.
 * @throws {BackupError} for a link, such as that of a tablespace
 */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const bytes = createReader(source);
  for (;;) {
    const head = Buffer.concat(await Array.fromAsync(bytes.take(BLOCK_BYTES)));
    if (head.length < BLOCK_BYTES || head[0] === 0) return void (await Array.fromAsync(bytes.take(Infinity)));
    const name = textAt(head, 0, 100).replace(/^\.\/|\/$/g, '');
    const length = parseInt(textAt(head, 124, 12), 8);
    const type = textAt(head, 156, 1);
    if (type !== FILE && type !== FOLDER) throw new BackupError(`${name} is neither a file nor a folder.`);
    const content = bytes.take(length);
    yield { kind: type === FOLDER ? 'folder' : 'file', name, content };
    await Array.fromAsync(bytes.take(-length & (BLOCK_BYTES - 1))); // to the next block
  }
}

function textAt(head: Buffer, at: number, length: number): string {
  const [text = ''] = head.toString('utf8', at, at + length).split('\0');
  return text.trim();
}

function createReader(source: AsyncIterable<Buffer>) {
  const chunks = source[Symbol.asyncIterator]();
  let pending: Buffer = Buffer.alloc(0);

  return {
    /** The next bytes, as they come; fewer at the end. */
    async *take(length: number): AsyncGenerator<Buffer> {
      for (let left = length; left > 0;) {
        if (pending.length === 0) {
          const { value, done } = await chunks.next();
          if (done) return;
          pending = value;
        }
        const taken = pending.subarray(0, left);
        pending = pending.subarray(taken.length);
        left -= taken.length;
        yield taken;
      }
    },
  };
}
