import { Type, type Static } from 'typebox';
import { Nullable, OneOf } from '#kernel/schema.ts';
import { UploadFields } from '../contract.ts';

const Bytes = Type.String({ format: 'binary' });

/** The form of an upload, for the document: it is read while it arrives. */
export const UploadForm = Type.Object(
  { ...UploadFields.properties, file: Type.With(Bytes, { description: 'The file, with its name' }) },
  { title: 'UploadForm', examples: [{ file: 'the bytes', module: 'reports' }] },
);

export const ScanForm = Type.Object(
  { file: Type.With(Bytes, { description: 'The file' }) },
  { title: 'ScanForm', examples: [{ file: 'the bytes' }] },
);

export const ContentForm = Type.Object(
  { file: Type.With(Bytes, { description: 'The new content' }) },
  { title: 'ContentForm', examples: [{ file: 'the bytes' }] },
);

export const Candidate = Type.Object(
  {
    fileName: Type.String({ maxLength: 1000 }),
    sizeBytes: Type.Integer({ minimum: 0 }),
    contentType: Type.Optional(Type.String({ maxLength: 255, description: 'As the client would declare it' })),
    module: Type.Optional(UploadFields.properties.module),
  },
  {
    title: 'FileCandidate',
    examples: [{ fileName: 'گزارش‌ها.pdf', sizeBytes: 482_113, contentType: 'application/pdf' }],
  },
);
export type Candidate = Static<typeof Candidate>;

export const Judgement = Type.Object(
  {
    isAccepted: Type.Boolean(),
    contentType: Nullable(Type.With(Type.String(), { description: 'As it would be served; null if it is refused' })),
    code: Nullable(Type.With(Type.String(), { description: 'The error that an upload would get' })),
    maxBytes: Type.Integer({ description: 'Of one file' }),
  },
  {
    title: 'FileJudgement',
    examples: [{ isAccepted: true, contentType: 'application/pdf', code: null, maxBytes: 52_428_800 }],
  },
);
export type Judgement = Static<typeof Judgement>;

export const ScanResult = Type.Object(
  {
    verdict: Type.With(OneOf('clean', 'infected', 'unscannable', 'unscanned', 'refused'), {
      description:
        'Only `clean` means that a scanner has read every byte; `refused`: an upload of this name, type and content would be',
    }),
    signature: Nullable(Type.With(Type.String(), { description: 'What the scanner has found' })),
    reason: Nullable(
      Type.With(Type.String(), {
        description: 'Why it is unscannable or refused: as of a file that failed, or as the error of an upload',
      }),
    ),
    sizeBytes: Type.Integer(),
    sha256: Type.String(),
  },
  {
    title: 'ScanResult',
    examples: [{ verdict: 'clean', signature: null, reason: null, sizeBytes: 3, sha256: 'ab'.repeat(32) }],
  },
);
export type ScanResult = Static<typeof ScanResult>;
