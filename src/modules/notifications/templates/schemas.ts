import { Type, type Static } from 'typebox';
import { PageQuery } from '#kernel/page.ts';
import { Id, Instant, Nullable } from '#kernel/schema.ts';
import { Channel, LanguageTag } from '../contract.ts';

const TemplateName = Type.String({ minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$' });
const SubjectTemplate = Type.String({ maxLength: 500 });
const BodyTemplate = Type.String({ minLength: 1, maxLength: 100_000 });

/** Liquid texts. The body is HTML for `email` (the program puts its layout around it), and plain text for the rest. */
export const Template = Type.Object(
  {
    id: Id,
    name: Type.String(),
    channel: Channel,
    language: Type.String(),
    subjectTemplate: Type.String(),
    bodyTemplate: Type.String(),
    /** Whether the texts may hold conditions and loops. */
    allowsLogic: Type.Boolean(),
    revision: Type.Integer(),
    /** A module declares it: deleting an edit restores the text of the program. */
    isShipped: Type.Boolean(),
    isEdited: Type.Boolean(),
    createdAt: Instant,
    updatedAt: Instant,
    version: Type.Integer(),
  },
  { title: 'Template' },
);
export type Template = Static<typeof Template>;

const TemplateRevision = Type.Object(
  {
    revision: Type.Integer(),
    subjectTemplate: Type.String(),
    bodyTemplate: Type.String(),
    createdBy: Nullable(Type.String()),
    createdAt: Instant,
  },
  { title: 'TemplateRevision' },
);
export type TemplateRevision = Static<typeof TemplateRevision>;

/** Newest revision first. */
export const TemplateWithRevisions = Type.Object(
  { ...Template.properties, variables: Type.Array(Type.String()), revisions: Type.Array(TemplateRevision) },
  { title: 'TemplateWithRevisions' },
);
export type TemplateWithRevisions = Static<typeof TemplateWithRevisions>;

export const NewTemplate = Type.Object(
  {
    name: TemplateName,
    channel: Channel,
    language: LanguageTag,
    subjectTemplate: Type.Optional(SubjectTemplate),
    bodyTemplate: BodyTemplate,
    /** Conditions and loops. Default: false. */
    allowsLogic: Type.Optional(Type.Boolean()),
  },
  { title: 'NewTemplate' },
);
export type NewTemplate = Static<typeof NewTemplate>;

/** The next revision. Name, channel and language never change; if they are sent, they must be the same. */
export const TemplateContent = Type.Object(
  {
    subjectTemplate: Type.Optional(SubjectTemplate),
    bodyTemplate: BodyTemplate,
    /** Default: as it was. */
    allowsLogic: Type.Optional(Type.Boolean()),
    name: Type.Optional(TemplateName),
    channel: Type.Optional(Channel),
    language: Type.Optional(LanguageTag),
  },
  { title: 'TemplateContent' },
);
export type TemplateContent = Static<typeof TemplateContent>;

export const TemplateQuery = Type.Object({
  ...PageQuery.properties,
  channel: Type.Optional(Channel),
  language: Type.Optional(LanguageTag),
  name: Type.Optional(Type.String({ maxLength: 100 })),
});
export type TemplateQuery = Static<typeof TemplateQuery>;

export const PreviewRequest = Type.Object(
  { variables: Type.Optional(Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })) },
  { title: 'PreviewRequest' },
);
export type PreviewRequest = Static<typeof PreviewRequest>;

export const Preview = Type.Object(
  { subject: Type.String(), text: Type.String(), html: Nullable(Type.String()) },
  { title: 'Preview' },
);
export type Preview = Static<typeof Preview>;
