import { createCipheriv, randomBytes } from 'node:crypto';
import type { SealedColumn } from '#platform/keys/port.ts';
import { tamper } from './trail/trail.ts';
import type { TestApp } from './app.ts';

/** As earlier versions sealed: without a version, and valid in every place. */
export function sealUnbound(key: Buffer, clear: string | Buffer): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  return Buffer.concat([nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
}

export interface Ciphertext {
  /** The values of the primary key, as text. */
  readonly row: readonly string[];
  readonly sealed: Buffer;
}

/** All values of the column, in the order of their rows. */
export async function ciphertextsOf({ database }: TestApp, column: SealedColumn): Promise<Ciphertext[]> {
  const names = Object.keys(column.key).map((name) => `${name}::text`);
  const { rows } = await database.pool.query<Ciphertext>(
    `select array[${names.join(', ')}] as row, ${column.column} as sealed from ${column.table}
     where ${column.column} is not null order by ${Object.keys(column.key).join(', ')}`,
  );
  return rows;
}

/** Writes a value into a row, as the owner of the database can. */
export function putCiphertext(app: TestApp, column: SealedColumn, { row, sealed }: Ciphertext): Promise<void> {
  const isRow = Object.keys(column.key).map((name, at) => `${name}::text = '${row[at]}'`);
  return tamper(
    app,
    `update ${column.table} set ${column.column} = '\\x${sealed.toString('hex')}' where ${isRow.join(' and ')}`,
  );
}
