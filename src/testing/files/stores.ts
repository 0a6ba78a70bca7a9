import { randomBytes } from 'node:crypto';

const { TEST_S3_ENDPOINT: endpoint } = process.env;
export const noS3 = endpoint === undefined ? 'TEST_S3_ENDPOINT is not set' : false;

/** Settings of the object storage of the tests, with a bucket of its own each time, which the app makes. */
export function s3Settings(): Record<string, string> {
  return {
    S3_ENDPOINT: endpoint ?? '',
    S3_REGION: process.env['TEST_S3_REGION'] ?? 'us-east-1',
    S3_ACCESS_KEY_ID: process.env['TEST_S3_ACCESS_KEY_ID'] ?? '',
    S3_SECRET_ACCESS_KEY: process.env['TEST_S3_SECRET_ACCESS_KEY'] ?? '',
    S3_BUCKET: `files-${randomBytes(8).toString('hex')}`,
  };
}

/** Each object storage that there is. */
export const stores: Readonly<Record<string, () => Record<string, string>>> = {
  'the file system': () => ({}),
  ...(noS3 === false && { S3: s3Settings }),
};

/** Bytes that begin like no known type. */
export function anyBytes(length: number): Buffer {
  return randomBytes(length).fill(1, 0, 4);
}
