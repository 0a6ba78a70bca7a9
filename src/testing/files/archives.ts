import { randomBytes } from 'node:crypto';
import { zipSync, type Zippable } from 'fflate';

/** Archives in archives, each with the next one. */
export function nestedZip(depth: number): Uint8Array {
  let inner = zipSync({ 'a.txt': new Uint8Array(10) });
  for (let level = 1; level < depth; level++) inner = zipSync({ 'inner.zip': [inner, { level: 0 }] });
  return inner;
}

/** Twenty archives, each of which inflates to so many bytes. */
export function bombOfBombs(bytes: number): Uint8Array {
  const bomb = zipSync({ 'a.bin': new Uint8Array(bytes) });
  return zipSync(Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`${at}.zip`, bomb])));
}

/** The second entry has the place of the first, so that they overlap. */
export function overlappingZip(): Uint8Array {
  const entry = (): Zippable[string] => [randomBytes(1000), { level: 0 }];
  const zip = Buffer.from(zipSync({ 'a.txt': entry(), 'b.txt': entry() }));
  const second = zip.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
  zip.writeUInt32LE(0, second + 42); // where its local header is
  return zip;
}

/** Claims to unpack to less than it does. */
export function lyingZip(): Uint8Array {
  const zip = Buffer.from(zipSync({ 'a.bin': new Uint8Array(100_000) }));
  zip.writeUInt32LE(10, zip.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1')) + 24);
  return zip;
}

export function zipOfEntries(count: number): Uint8Array {
  return zipSync(Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}`, new Uint8Array()])));
}
