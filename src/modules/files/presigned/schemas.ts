import { Type, type Static } from 'typebox';
import { Id, Instant, OneOf } from '#kernel/schema.ts';
import { UploadFields } from '../contract.ts';

const SHA256 = 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c';

/** A file whose bytes the client sends to the storage itself. */
export const NewPresignedUpload = Type.Object(
  {
    ...UploadFields.properties,
    fileName: Type.String({ minLength: 1, maxLength: 1000 }),
    sizeBytes: Type.Integer({ minimum: 0 }),
    sha256: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'Of all bytes, in lower-case hexadecimal',
      examples: [SHA256],
    }),
    contentType: Type.Optional(Type.String({ maxLength: 255, description: 'As the client declares it' })),
  },
  {
    title: 'NewPresignedUpload',
    examples: [{ fileName: 'گزارش‌ها.pdf', sizeBytes: 482_113, sha256: SHA256, contentType: 'application/pdf' }],
  },
);
export type NewPresignedUpload = Static<typeof NewPresignedUpload>;

export const PresignedUpload = Type.Object(
  {
    id: Type.With(Id, { description: 'Of the upload, and of the file that it becomes' }),
    method: OneOf('PUT'),
    url: Type.String({ description: 'Of the storage. Everybody who has it can send these bytes' }),
    headers: Type.Unsafe<Readonly<Record<string, string>>>({
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'To be sent exactly so, beside `Content-Length`',
    }),
    expiresAtUtc: Type.With(Instant, { description: 'When the storage takes the bytes no more' }),
  },
  {
    title: 'PresignedUpload',
    examples: [
      {
        id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96',
        method: 'PUT',
        url: 'https://s3.example.com/bucket/files/presigned/019ab0f0-4c00-7d31-a1f4-3b7c52d08e96?X-Amz-Signature=9f…',
        headers: { 'x-amz-checksum-sha256': 'tbudgBSg+bHWHiHnlteNzN8TUvI80ygS9IULh4rklEw=' },
        expiresAtUtc: '2026-11-23T09:00:00.000Z',
      },
    ],
  },
);
export type PresignedUpload = Static<typeof PresignedUpload>;
