import { Type, type Static } from 'typebox';

const FreeFields = Type.Record(Type.String({ maxLength: 100 }), Type.Unknown());

const publicMetadata = Type.With(FreeFields, {
  description: 'The person can read it',
  examples: [{ plan: 'gold' }],
});
const privateMetadata = Type.With(FreeFields, {
  description: 'For administrators and their servers alone',
  examples: [{ customer: 'cus_12' }],
});
const unsafeMetadata = Type.With(FreeFields, {
  description: 'The person can read and change it: never decide by it',
  examples: [{ theme: 'dark' }],
});
const id = Type.String({ format: 'uuid', description: 'Of the account' });
const version = Type.Integer({ minimum: 0, examples: [1] });

export const OwnMetadata = Type.Object({ id, publicMetadata, unsafeMetadata, version }, { title: 'OwnMetadata' });
export type OwnMetadata = Static<typeof OwnMetadata>;

export const Metadata = Type.Object(
  { id, publicMetadata, privateMetadata, unsafeMetadata, version },
  { title: 'Metadata' },
);
export type Metadata = Static<typeof Metadata>;

/** As JSON Merge Patch (RFC 7396). */
export const OwnMetadataChange = Type.Object(
  { unsafeMetadata },
  { title: 'OwnMetadataChange', examples: [{ unsafeMetadata: { theme: 'light', sidebar: null } }] },
);
export type OwnMetadataChange = Static<typeof OwnMetadataChange>;

/** As JSON Merge Patch (RFC 7396). */
export const MetadataChange = Type.Object(
  {
    publicMetadata: Type.Optional(publicMetadata),
    privateMetadata: Type.Optional(privateMetadata),
    unsafeMetadata: Type.Optional(unsafeMetadata),
  },
  { title: 'MetadataChange', examples: [{ publicMetadata: { plan: 'gold' }, privateMetadata: { customer: null } }] },
);
export type MetadataChange = Static<typeof MetadataChange>;
