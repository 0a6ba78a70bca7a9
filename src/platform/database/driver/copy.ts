import type { Writable } from 'node:stream';
import pg from 'pg';
import { serialize } from 'pg-protocol';

type DriverQuery = new (sql: string) => object;
/** What the driver's connection has, and its types do not. */
interface CopyConnection {
  readonly stream: Writable;
}
interface CopyUse {
  resolve(rows: number): void;
  reject(error: unknown): void;
}

const DATA = 'd'.charCodeAt(0);

/**
 * Adds rows by `copy … from stdin`; answers how many. Statement, rows and end are sent at once, so that it takes no round
 * trip and can stand between BEGIN and COMMIT of a pipelined connection: a server that has refused the statement ignores
 * the rest. (`pg-copy-streams` waits for the server's go-ahead, and the driver refuses it on such connections.)
 */
export function runCopy(client: pg.ClientBase, sql: string, content: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    client.query(new CopyStatement(sql, content, { resolve, reject }) as never);
  });
}

/** A class, since pipelined clients take no queries but the driver's own. */
class CopyStatement extends (pg.Query as unknown as DriverQuery) {
  readonly text: string;
  readonly #content: Buffer;
  readonly #use: CopyUse;
  #rows = 0;
  #failure: unknown;

  constructor(sql: string, content: Buffer, use: CopyUse) {
    super(sql);
    this.text = sql;
    this.#content = content;
    this.#use = use;
  }

  submit({ stream }: CopyConnection): null {
    if (!stream.writable) return null; // the client is told that it has ended
    const header = Buffer.alloc(5);
    header.writeUInt8(DATA);
    header.writeUInt32BE(this.#content.length + 4, 1);
    stream.write(Buffer.concat([serialize.query(this.text), header]));
    stream.write(this.#content);
    stream.write(serialize.copyDone());
    return null;
  }

  handleCopyInResponse(): void {}

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#rows = Number(text.split(' ').at(-1)) || 0; // `COPY 20`
  }

  handleError(error: unknown): void {
    this.#failure = error;
    this.#use.reject(error);
  }

  handleReadyForQuery(): void {
    if (this.#failure === undefined) this.#use.resolve(this.#rows);
  }
}
