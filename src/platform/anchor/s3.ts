import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  type ListObjectVersionsOutput,
  type ObjectVersion,
} from '@aws-sdk/client-s3';
import type { Driver } from '#platform/resilience/port.ts';
import type { Anchor } from './port.ts';

const PREFIX = 'audit/checkpoints/';
const DAY_MS = 86_400_000;
const AT_ONCE = 32; // notes are small: thousands are read in seconds
const CALL_MS = 5000;
const READ_MS = 10_000; // short enough for the request that asks for a report
// Errors of stores without object lock, and of buckets without it.
const UNLOCKED = new Set(['ObjectLockConfigurationNotFoundError', 'NotImplemented', 'MethodNotAllowed']);

export interface S3AnchorOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** How long a note cannot be deleted, where the bucket locks objects. */
  readonly lockDays: number;
}

/** One object per note, locked in compliance mode if the bucket has object lock. */
export function openS3Anchor({ endpoint, region, bucket: Bucket, lockDays, ...credentials }: S3AnchorOptions) {
  const client = new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CALL_MS, socketTimeout: CALL_MS },
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  let locking: boolean | null = null;
  // By version and content hash, so that a changed object is read again; about 4 MB for a year of hourly notes.
  const known = new Map<string, string>();
  let reading: Promise<string[]> | null = null;

  /** Caches a definite answer. Otherwise it throws and the note waits, since it could not be locked afterwards. */
  async function isLocking(): Promise<boolean> {
    locking ??= await client.send(new GetObjectLockConfigurationCommand({ Bucket })).then(
      ({ ObjectLockConfiguration }) => ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled',
      (error: unknown) => {
        if (error instanceof S3ServiceException && UNLOCKED.has(error.name)) return false;
        throw new Error('could not find out whether the bucket has object lock', { cause: error });
      },
    );
    return locking;
  }

  async function put({ size, note }: Parameters<Anchor['put']>[0]): Promise<void> {
    const name = createHash('sha256').update(note).digest('hex').slice(0, 16);
    const lock = (await isLocking()) && {
      ObjectLockMode: 'COMPLIANCE' as const,
      ObjectLockRetainUntilDate: new Date(Date.now() + lockDays * DAY_MS),
    };
    await client.send(
      new PutObjectCommand({
        Bucket,
        Key: `${PREFIX}${String(size).padStart(16, '0')}-${name}`,
        Body: note,
        ContentType: 'text/plain; charset=utf-8',
        ChecksumAlgorithm: 'SHA256', // required for locked objects
        ...lock,
      }),
    );
  }

  /** Concurrent calls share one read. Notes that were read are not fetched again, also after a failure. */
  function read(): Promise<string[]> {
    reading ??= readAll().finally(() => (reading = null));
    return reading;
  }

  async function readAll(): Promise<string[]> {
    const versions = await listVersions();
    const notes: string[] = [];
    for (let at = 0; at < versions.length; at += AT_ONCE)
      notes.push(...(await Promise.all(versions.slice(at, at + AT_ONCE).map(readNote))));
    return [...new Set(notes)];
  }

  /** All versions: in a bucket with object lock, a deleted object is only hidden, and hidden notes count too. */
  async function listVersions(): Promise<ObjectVersion[]> {
    const versions: ObjectVersion[] = [];
    for (let after: Pick<ListObjectVersionsOutput, 'NextKeyMarker' | 'NextVersionIdMarker'> = {}; ;) {
      const page = await client.send(
        new ListObjectVersionsCommand({
          Bucket,
          Prefix: PREFIX,
          KeyMarker: after.NextKeyMarker,
          VersionIdMarker: after.NextVersionIdMarker,
        }),
      );
      versions.push(...(page.Versions ?? []));
      if (page.IsTruncated !== true) return versions;
      after = page;
    }
  }

  async function readNote({ Key, VersionId, ETag }: ObjectVersion): Promise<string> {
    const id = `${Key} ${VersionId} ${ETag}`;
    const cached = known.get(id);
    if (cached !== undefined) return cached;
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
    const note = (await Body?.transformToString()) ?? '';
    known.set(id, note);
    return note;
  }

  const driver: Driver<Anchor> = {
    name: 'audit anchor bucket',
    idempotent: ['put'], // a read that takes too long goes on, and a later call uses its result
    allowedMs: { read: READ_MS },
    port: { put, read },
    probe: async () => void (await client.send(new HeadBucketCommand({ Bucket }))),
  };
  return { driver, close: () => client.destroy() };
}
