import type { Readable, Writable } from 'node:stream';
import { once } from 'node:events';
import pg from 'pg';

/** What the driver's connection has, and its types do not. */
interface CopyConnection {
  readonly stream: Readable & Writable;
  query(sql: string): void;
  sendCopyFromChunk(chunk: Uint8Array): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}
type DriverQuery = new (sql: string) => object;

const Query = pg.Query as unknown as DriverQuery;
const AHEAD_BYTES = 4 * 1024 * 1024; // the server waits while so much has not been read

/**
 * What `copy … to stdout` answers, in bounded memory. A reader that stops before the end leaves a connection that can be used
 * when the rest has come. `contentOf`: of a message, where it is not all of it.
 */
export async function* copyOut(
  client: pg.Client,
  sql: string,
  contentOf = (message: Buffer) => message,
): AsyncGenerator<Buffer> {
  const copy = new CopyOut(sql, contentOf);
  client.query(copy as never);
  try {
    yield* copy.read();
  } finally {
    copy.skip();
  }
}

/** Runs `copy … from stdin`, in bounded memory; answers how many rows. */
export async function copyIn(client: pg.Client, sql: string, content: AsyncIterable<Uint8Array>): Promise<number> {
  const copy = new CopyIn(sql);
  client.query(copy as never);
  await copy.send(content);
  return copy.rows;
}

/** A class, since the client takes only queries with the driver's own methods. */
class CopyOut extends Query {
  readonly #text: string;
  readonly #contentOf: (message: Buffer) => Buffer;
  #connection: CopyConnection | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #failure: unknown;
  #isOver = false;
  #isSkipped = false;
  #wake = () => {};

  constructor(sql: string, contentOf: (message: Buffer) => Buffer) {
    super(sql);
    this.#text = sql;
    this.#contentOf = contentOf;
  }

  submit(connection: CopyConnection): null {
    this.#connection = connection;
    connection.query(this.#text);
    return null;
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    if (this.#isSkipped) return;
    this.#chunks.push(Buffer.from(this.#contentOf(chunk))); // the driver uses its buffer again
    this.#bytes += chunk.length;
    if (this.#bytes > AHEAD_BYTES) this.#connection?.stream.pause();
    this.#wake();
  }

  handleCommandComplete(): void {}

  handleError(error: unknown): void {
    this.#failure = error;
    this.#isOver = true;
    this.#wake();
  }

  handleReadyForQuery(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** What still comes is read by nobody: later statements of the connection wait for its end. */
  skip(): void {
    this.#isSkipped = true;
    this.#chunks = [];
    this.#connection?.stream.resume();
  }

  async *read(): AsyncGenerator<Buffer> {
    for (;;) {
      if (this.#chunks.length > 0) {
        const all = Buffer.concat(this.#chunks);
        [this.#chunks, this.#bytes] = [[], 0];
        this.#connection?.stream.resume();
        yield all;
        continue;
      }
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#isOver) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

class CopyIn extends Query {
  rows = 0;
  readonly #text: string;
  readonly #began = Promise.withResolvers<CopyConnection>();
  readonly #ended = Promise.withResolvers<void>();
  #connection: CopyConnection | undefined;
  #failure: unknown;

  constructor(sql: string) {
    super(sql);
    this.#text = sql;
    this.#began.promise.catch(() => {}); // `send` hears of it
    this.#ended.promise.catch(() => {});
  }

  submit(connection: CopyConnection): null {
    this.#connection = connection;
    connection.query(this.#text);
    return null;
  }

  handleCopyInResponse(): void {
    if (this.#connection) this.#began.resolve(this.#connection);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.rows = Number(text.split(' ').at(-1)) || 0; // `COPY 20`
  }

  handleError(error: unknown): void {
    this.#failure = error;
    this.#began.reject(error);
    this.#ended.reject(error);
  }

  handleReadyForQuery(): void {
    this.#ended.resolve(); // does nothing after an error
  }

  async send(content: AsyncIterable<Uint8Array>): Promise<void> {
    const connection = await this.#began.promise;
    try {
      for await (const chunk of content) {
        if (this.#failure !== undefined) break;
        connection.sendCopyFromChunk(chunk);
        if (connection.stream.writableNeedDrain)
          await Promise.race([once(connection.stream, 'drain'), this.#ended.promise]);
      }
    } catch (error) {
      if (this.#failure !== undefined) throw this.#failure;
      connection.sendCopyFail('the content could not be read');
      await this.#ended.promise.catch(() => {});
      throw error;
    }
    if (this.#failure === undefined) connection.endCopyFrom();
    await this.#ended.promise;
  }
}
