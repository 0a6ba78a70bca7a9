import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  type ListObjectVersionsOutput,
} from '@aws-sdk/client-s3';
import type { Driver } from '#platform/resilience/port.ts';
import type { Anchor } from './port.ts';

const PREFIX = 'audit/checkpoints/';
const DAY_MS = 86_400_000;

export interface S3AnchorOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** How long a note cannot be deleted, where the bucket locks objects. */
  readonly lockDays: number;
}

/** One object for each note, locked in compliance mode where the bucket has object lock. */
export function openS3Anchor({ endpoint, region, bucket: Bucket, lockDays, ...credentials }: S3AnchorOptions) {
  const client = new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  let locking: Promise<boolean> | null = null;

  /** A store without the feature, or a bucket without it, answers with an error: then nothing is locked. */
  function isLocking(): Promise<boolean> {
    locking ??= client.send(new GetObjectLockConfigurationCommand({ Bucket })).then(
      ({ ObjectLockConfiguration }) => ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled',
      () => false,
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
        ChecksumAlgorithm: 'SHA256', // demanded for locked objects
        ...lock,
      }),
    );
  }

  /** All versions: in a bucket that locks, deleting only hides, and what somebody has hidden counts. */
  async function read(): Promise<string[]> {
    const notes: string[] = [];
    for (let after: Pick<ListObjectVersionsOutput, 'NextKeyMarker' | 'NextVersionIdMarker'> = {}; ;) {
      const page = await client.send(
        new ListObjectVersionsCommand({
          Bucket,
          Prefix: PREFIX,
          KeyMarker: after.NextKeyMarker,
          VersionIdMarker: after.NextVersionIdMarker,
        }),
      );
      for (const { Key, VersionId } of page.Versions ?? []) {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
        notes.push((await Body?.transformToString()) ?? '');
      }
      if (page.IsTruncated !== true) return [...new Set(notes)];
      after = page;
    }
  }

  const driver: Driver<Anchor> = {
    name: 'audit anchor bucket',
    idempotent: ['put', 'read'],
    allowedMs: { read: 10 * 60_000 }, // a year of hourly notes is nine thousand objects
    port: { put, read },
    probe: async () => void (await client.send(new HeadBucketCommand({ Bucket }))),
  };
  return { driver, close: () => client.destroy() };
}
