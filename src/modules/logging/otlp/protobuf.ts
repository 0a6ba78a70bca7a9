import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { loggingErrors } from '../contract.ts';
import { MAX_RECORDS, type OtlpRecord, type OtlpValue } from './records.ts';

/**
 * Reads `ExportLogsServiceRequest` of opentelemetry-proto 1.x. By hand over the library's reader: only fields that are
 * stored become values, which is what lets one core read more than a hundred thousand records in a second.
 */

type Attributes = Record<string, OtlpValue>;

/** Reads the fields of one message: `on` answers whether it has read the field's value. */
function readMessage(reader: BinaryReader, end: number, on: (field: number, wire: WireType) => boolean): void {
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
    if (!on(field, wire)) reader.skip(wire, field);
  }
  if (reader.pos !== end) throw new RangeError('a message ends within a field');
}

/** The end of a message that begins here, after its length. */
function endOf(reader: BinaryReader): number {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError('a message is longer than the body');
  return end;
}

/** @throws `logging.batch_too_large`, and other errors for what is not protobuf. */
export function readLogs(bytes: Uint8Array): OtlpRecord[] {
  const reader = new BinaryReader(bytes);
  const records: OtlpRecord[] = [];
  readMessage(reader, reader.len, (field) => {
    if (field !== 1) return false;
    readResourceLogs(reader, endOf(reader), records);
    return true;
  });
  return records;
}

function readResourceLogs(reader: BinaryReader, end: number, records: OtlpRecord[]): void {
  const resource: Attributes = {};
  readMessage(reader, end, (field) => {
    if (field === 1) {
      readMessage(reader, endOf(reader), (inner) => inner === 1 && readKeyValue(reader, resource));
      return true;
    }
    if (field !== 2) return false;
    readScopeLogs(reader, endOf(reader), resource, records);
    return true;
  });
}

function readScopeLogs(reader: BinaryReader, end: number, resource: Attributes, records: OtlpRecord[]): void {
  let scope = '';
  readMessage(reader, end, (field) => {
    if (field === 1) {
      readMessage(reader, endOf(reader), (inner) => {
        if (inner !== 1) return false;
        scope = reader.string();
        return true;
      });
      return true;
    }
    if (field !== 2) return false;
    if (records.length === MAX_RECORDS) throw loggingErrors.batchTooLarge({ limit: MAX_RECORDS });
    records.push(readRecord(reader, endOf(reader), resource, scope));
    return true;
  });
}

function readRecord(reader: BinaryReader, end: number, resource: Attributes, scope: string): OtlpRecord {
  let timeNs = 0n;
  let observedNs = 0n;
  let severity = 0;
  let severityText = '';
  let body: OtlpValue = null;
  let traceId = '';
  let spanId = '';
  let eventName = '';
  const attributes: Attributes = {};
  readMessage(reader, end, (field, wire) => {
    if (field === 1 && wire === WireType.Bit64) timeNs = BigInt(reader.fixed64());
    else if (field === 2) severity = reader.int32();
    else if (field === 3) severityText = reader.string();
    else if (field === 5) body = readAnyValue(reader, endOf(reader), 0);
    else if (field === 6) return readKeyValue(reader, attributes);
    else if (field === 9) traceId = Buffer.from(reader.bytes()).toString('hex');
    else if (field === 10) spanId = Buffer.from(reader.bytes()).toString('hex');
    else if (field === 11 && wire === WireType.Bit64) observedNs = BigInt(reader.fixed64());
    else if (field === 12) eventName = reader.string();
    else return false;
    return true;
  });
  const ns = timeNs || observedNs;
  const timeMs = ns === 0n ? null : Number(ns / 1_000_000n);
  return { resource, scope, timeMs, severity, severityText, body, traceId, spanId, eventName, attributes };
}

function readKeyValue(reader: BinaryReader, into: Attributes): true {
  let key = '';
  let value: OtlpValue = null;
  readMessage(reader, endOf(reader), (field) => {
    if (field === 1) key = reader.string();
    else if (field === 2) value = readAnyValue(reader, endOf(reader), 0);
    else return false;
    return true;
  });
  if (key !== '__proto__') into[key] = value;
  return true;
}

const MAX_DEPTH = 20;

function readAnyValue(reader: BinaryReader, end: number, depth: number): OtlpValue {
  if (depth > MAX_DEPTH) throw new RangeError('a value is nested too deeply');
  let value: OtlpValue = null;
  readMessage(reader, end, (field) => {
    if (field === 1) value = reader.string();
    else if (field === 2) value = reader.bool();
    else if (field === 3) value = toNumber(reader.int64());
    else if (field === 4) value = reader.double();
    else if (field === 5) value = readArray(reader, endOf(reader), depth + 1);
    else if (field === 6) value = readMap(reader, endOf(reader), depth + 1);
    else if (field === 7) value = Buffer.from(reader.bytes()).toString('base64');
    else return false;
    return true;
  });
  return value;
}

function readArray(reader: BinaryReader, end: number, depth: number): OtlpValue[] {
  const values: OtlpValue[] = [];
  readMessage(reader, end, (field) => {
    if (field !== 1) return false;
    values.push(readAnyValue(reader, endOf(reader), depth));
    return true;
  });
  return values;
}

function readMap(reader: BinaryReader, end: number, depth: number): Attributes {
  const values: Attributes = {};
  readMessage(reader, end, (field) => {
    if (field !== 1) return false;
    let key = '';
    let value: OtlpValue = null;
    readMessage(reader, endOf(reader), (inner) => {
      if (inner === 1) key = reader.string();
      else if (inner === 2) value = readAnyValue(reader, endOf(reader), depth);
      else return false;
      return true;
    });
    if (key !== '__proto__') values[key] = value;
    return true;
  });
  return values;
}

/** An integer that JavaScript cannot represent stays text. */
function toNumber(value: bigint | string): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** `ExportLogsServiceResponse`. */
export function writeAnswer(rejected: number, message: string): Buffer {
  const writer = new BinaryWriter();
  if (rejected > 0) {
    writer.tag(1, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.Varint).int64(rejected);
    writer.tag(2, WireType.LengthDelimited).string(message);
    writer.join();
  }
  return Buffer.from(writer.finish());
}
