import { randomBytes } from 'node:crypto';
import { zipSync, type Zippable } from 'fflate';

const END_BYTES = 22;
const ZIP64_BYTES = 76;

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

/** Says by ZIP64 how many entries it has. */
export function largeZip(count: number): Uint8Array {
  const zip = Buffer.from(zipOfEntries(count));
  const end = zip.byteLength - END_BYTES;
  const record = Buffer.alloc(ZIP64_BYTES);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4); // bytes of the rest of the record
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(zip.readUInt32LE(end + 12)), 40);
  record.writeBigUInt64LE(BigInt(zip.readUInt32LE(end + 16)), 48);
  record.writeUInt32LE(0x07064b50, 56); // where the record is
  record.writeBigUInt64LE(BigInt(end), 64);
  record.writeUInt32LE(1, 72);
  zip.fill(0xff, end + 8, end + 20);
  return Buffer.concat([zip.subarray(0, end), record, zip.subarray(end)]);
}

/** The number of entries is not whole from 65,536 on. */
export function zipOfEntries(count: number): Uint8Array {
  const entry: Zippable[string] = [new Uint8Array(), { level: 0 }]; // compressing nothing takes a millisecond
  return zipSync(Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}`, entry])));
}
