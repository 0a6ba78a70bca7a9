import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCopyCommand,
  type BucketLocationConstraint,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Driver } from '#platform/resilience/port.ts';
import { checkRange, toDriver } from './driver.ts';
import { checkKey, isKey, splitPrefix } from './key.ts';
import { measure } from './measure.ts';
import { PAGE_OBJECTS, storageErrors, type ObjectEntry, type ObjectStorage } from './port.ts';

const MIN_PART_BYTES = 5 * 1024 * 1024; // the minimum of S3, except for the last part
const MAX_PARTS = 10_000;
const MAX_COPY_BYTES = 5 * 1024 ** 3; // the maximum of one CopyObject; larger objects are copied in parts
const PART_ATTEMPTS = 3; // a part is in memory and can be sent again; the source stream cannot

export interface S3Options {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Whether a missing bucket is created at the first use; else it is an error. */
  readonly createsBucket: boolean;
  /** Larger objects are copied in parts. */
  readonly maxCopyBytes?: number;
}

/** Objects in one bucket of S3, MinIO, Ceph or a compatible store. Sends nothing before the first call. */
export function openS3Storage(options: S3Options): { driver: Driver<ObjectStorage>; close: () => void } {
  const { bucket: Bucket, maxCopyBytes = MAX_COPY_BYTES } = options;
  const client = new S3Client({ ...clientConfig(options), maxAttempts: 1 });
  const uploads = new S3Client({ ...clientConfig(options), maxAttempts: PART_ATTEMPTS });
  let bucketFound: Promise<void> | null = null;

  /** Checks once per process that the bucket exists. */
  async function prepare(): Promise<void> {
    bucketFound ??= findBucket();
    try {
      await bucketFound;
    } catch (error) {
      bucketFound = null;
      throw error;
    }
  }

  async function findBucket(): Promise<void> {
    try {
      await client.send(new HeadBucketCommand({ Bucket }));
    } catch (error) {
      if (!options.createsBucket || statusOf(error) !== 404) throw explained(error);
      await createBucket();
    }
  }

  async function createBucket(): Promise<void> {
    // us-east-1 must not be given as a location.
    const LocationConstraint = options.region as BucketLocationConstraint;
    const elsewhere = options.region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint } };
    try {
      await client.send(new CreateBucketCommand({ Bucket, ...elsewhere }));
    } catch (error) {
      if (!isNamed(error, 'BucketAlreadyOwnedByYou')) throw error; // another process was first
    }
  }

  /** After a 404 to HEAD, which does not say whether object or bucket is missing. @throws when the bucket is. */
  async function probe(): Promise<void> {
    if (!bucketFound) return prepare();
    try {
      await client.send(new HeadBucketCommand({ Bucket }));
    } catch (error) {
      if (statusOf(error) === 404) bucketFound = null;
      throw explained(error);
    }
  }

  function explained(error: unknown): Error {
    const {
      name = '',
      code = '',
      message = String(error),
    } = error as { name?: string; code?: string; message?: string };
    const status = statusOf(error) === undefined ? '' : `status ${statusOf(error)}`;
    const words = [code || name, status, message].filter(
      (word) => !['', 'Error', 'Unknown', 'UnknownError'].includes(word),
    );
    const reason = words.join(', ');
    return new Error(`the bucket ${Bucket} cannot be used: ${reason}`, { cause: error });
  }

  /** The store itself copies the parts. */
  async function copyInParts(Key: string, CopySource: string, sizeBytes: number): Promise<void> {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    try {
      const partBytes = partBytesFor(sizeBytes, maxCopyBytes);
      const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
      for (let start = 0; start < sizeBytes; start += partBytes) {
        const PartNumber = Parts.length + 1;
        const CopySourceRange = `bytes=${start}-${Math.min(start + partBytes, sizeBytes) - 1}`;
        const part = { Bucket, Key, UploadId, PartNumber, CopySource, CopySourceRange };
        const { CopyPartResult } = await uploads.send(new UploadPartCopyCommand(part));
        Parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
      }
      const whole = { Bucket, Key, UploadId, MultipartUpload: { Parts } };
      await client.send(new CompleteMultipartUploadCommand(whole));
    } catch (error) {
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
      throw error;
    }
  }

  const port: ObjectStorage = {
    async put(key, source, { maxBytes }) {
      const measured = measure(source, maxBytes);
      const Key = checkKey(key);
      await prepare();
      const upload = new Upload({
        client: uploads,
        params: { Bucket, Key, Body: Readable.from(measured.bytes, { objectMode: false }) },
        queueSize: 1, // each part is a buffer: more at once would need more memory per upload
        partSize: partBytesFor(maxBytes),
      });
      try {
        await upload.done();
        return measured.result();
      } catch (error) {
        throw measured.failure()?.error ?? error;
      }
    },

    async get(key, range) {
      const Key = checkKey(key);
      const Range = range && `bytes=${checkRange(range).start}-${range.end ?? ''}`;
      await prepare();
      try {
        const answer = await client.send(new GetObjectCommand({ Bucket, Key, ...(Range && { Range }) }));
        if (!(answer.Body instanceof Readable)) throw new Error('the store answered without a body');
        const total = /\/(\d+)$/.exec(answer.ContentRange ?? '')?.[1] ?? answer.ContentLength;
        if (Range && !answer.ContentRange) {
          answer.Body.destroy();
          throw new Error('the store does not know ranges');
        }
        return { sizeBytes: Number(total), content: answer.Body };
      } catch (error) {
        if (isNamed(error, 'NoSuchKey')) return null;
        if (statusOf(error) === 416) throw storageErrors.invalidRange();
        throw error;
      }
    },

    async head(key) {
      const Key = checkKey(key);
      await prepare();
      try {
        const { ContentLength = 0, LastModified } = await client.send(new HeadObjectCommand({ Bucket, Key }));
        return { key, sizeBytes: ContentLength, modifiedAt: LastModified ?? new Date(0) };
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
        await probe();
        return null;
      }
    },

    async delete(key) {
      const Key = checkKey(key);
      await prepare();
      await client.send(new DeleteObjectCommand({ Bucket, Key }));
    },

    async copy(from, to) {
      const Key = checkKey(to);
      const found = await port.head(from);
      if (!found) return false;
      const CopySource = encodeURI(`${Bucket}/${from}`).replace(/[+?#]/g, encodeURIComponent);
      if (found.sizeBytes > maxCopyBytes) await copyInParts(Key, CopySource, found.sizeBytes);
      else await client.send(new CopyObjectCommand({ Bucket, Key, CopySource }));
      return true;
    },

    async list(prefix, { after = null, limit = PAGE_OBJECTS } = {}) {
      splitPrefix(prefix);
      await prepare();
      const MaxKeys = Math.min(limit, PAGE_OBJECTS);
      const page = { Bucket, Prefix: prefix, MaxKeys, ...(after !== null && { StartAfter: after }) };
      const { Contents = [], IsTruncated } = await client.send(new ListObjectsV2Command(page));
      const objects = Contents.flatMap(({ Key = '', Size = 0, LastModified = new Date(0) }): ObjectEntry[] =>
        isKey(Key) ? [{ key: Key, sizeBytes: Size, modifiedAt: LastModified }] : [],
      );
      return { objects, next: IsTruncated ? (Contents.at(-1)?.Key ?? null) : null };
    },

    async presignGet(key, { expiresInSeconds, contentDisposition, contentType }) {
      const command = new GetObjectCommand({
        Bucket,
        Key: checkKey(key),
        ...(contentDisposition !== undefined && { ResponseContentDisposition: contentDisposition }),
        ...(contentType !== undefined && { ResponseContentType: contentType }),
      });
      return getSignedUrl(client, command, { expiresIn: expiresInSeconds });
    },

    async presignPut(key, { expiresInSeconds, sizeBytes, sha256 }) {
      const checksum = Buffer.from(sha256, 'hex').toString('base64');
      await prepare();
      const command = new PutObjectCommand({
        Bucket,
        Key: checkKey(key),
        ContentLength: sizeBytes,
        ChecksumSHA256: checksum,
      });
      const url = await getSignedUrl(client, command, {
        expiresIn: expiresInSeconds,
        signableHeaders: new Set(['host', 'content-length', 'x-amz-checksum-sha256']),
        unhoistableHeaders: new Set(['x-amz-checksum-sha256']), // in the URL it would not be enforced
      });
      return { url, headers: { 'x-amz-checksum-sha256': checksum } };
    },

    async tidy(before) {
      await prepare();
      let removed = 0;
      let position: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
      for (;;) {
        const page = await client.send(new ListMultipartUploadsCommand({ Bucket, ...position }));
        for (const { Key = '', UploadId, Initiated } of page.Uploads ?? []) {
          if (!isKey(Key) || !Initiated || Initiated >= before) continue;
          await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
          removed++;
        }
        if (!page.IsTruncated) return removed;
        position = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      }
    },
  };

  return {
    driver: toDriver(port, probe),
    close() {
      client.destroy();
      uploads.destroy();
    },
  };
}

function clientConfig({ endpoint, region, accessKeyId, secretAccessKey }: S3Options): S3ClientConfig {
  const agent = {
    keepAlive: true,
    maxSockets: 256, // each open download holds one
    timeout: 2000, // for idle connections: short, so that most outages do not leave dead connections
  };
  return {
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    // With the newer checksums, older stores refuse streams, and presigned puts get the checksum of an empty body.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // Ends calls that `supervise` has given up. A shorter timeout would cut off readers that pause.
    requestHandler: { connectionTimeout: 3000, socketTimeout: 120_000, httpAgent: agent, httpsAgent: agent },
  };
}

/** The smallest part size with which `bytes` fit into the maximum number of parts: 5 MiB up to 50 GB. */
function partBytesFor(bytes: number, wanted = MIN_PART_BYTES): number {
  return Math.max(MIN_PART_BYTES, wanted, Math.ceil(bytes / MAX_PARTS));
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
