import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { zipSync, type Zippable } from 'fflate';
import { ZipFile } from 'yazl';

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

export function withComment(zip: Uint8Array): Uint8Array {
  const commented = Buffer.concat([zip, Buffer.from('comment')]);
  commented.writeUInt16LE(7, zip.byteLength - 2);
  return commented;
}

/** Claims to unpack to less than it does. */
export function lyingZip(): Uint8Array {
  const zip = Buffer.from(zipSync({ 'a.bin': new Uint8Array(100_000) }));
  zip.writeUInt32LE(10, zip.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1')) + 24);
  return zip;
}

/** So many that ZIP64 has to say how many. */
export function largeZip(count: number, forceZip64Format = false): Promise<Uint8Array> {
  const zip = new ZipFile();
  for (let at = 0; at < count; at++) zip.addBuffer(Buffer.alloc(0), `${at}`, { compress: false });
  zip.end({ forceZip64Format, comment: '' });
  return buffer(zip.outputStream);
}

/** The number of entries is not whole from 65,536 on. */
export function zipOfEntries(count: number): Uint8Array {
  const entry: Zippable[string] = [new Uint8Array(), { level: 0 }]; // compressing nothing takes a millisecond
  return zipSync(Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}`, entry])));
}
