import { Type, type Static } from 'typebox';
import { VISIBLE_PATTERN } from '#kernel/name.ts';
import { PageQuery } from '#kernel/page.ts';
import { Id, Instant, Nullable } from '#kernel/schema.ts';
import { Channel, LanguageTag, SUBJECT_PATTERN } from '../contract.ts';

const TemplateName = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$',
  examples: ['notifications.incident'],
});
const SubjectTemplate = Type.String({
  maxLength: 500,
  pattern: SUBJECT_PATTERN,
  examples: ['یادآوری: {{ description }}'],
});
const BodyTemplate = Type.String({
  minLength: 1,
  maxLength: 100_000,
  pattern: VISIBLE_PATTERN,
  examples: ['<p>{{ description }}</p>'],
});

/** Liquid texts. The body is HTML for `email` (the program puts its layout around it), and plain text for the rest. */
export const Template = Type.Object(
  {
    id: Id,
    name: Type.String({ examples: ['notifications.incident'] }),
    channel: Channel,
    language: Type.String({ examples: ['fa'] }),
    subjectTemplate: Type.String({ examples: ['یادآوری: {{ description }}'] }),
    bodyTemplate: Type.String({
      description: 'HTML for `email`, within the layout of the program; plain text for the other channels',
      examples: ['<p>{{ description }}</p>'],
    }),
    allowsLogic: Type.Boolean({ description: 'The texts may use conditions and loops', examples: [false] }),
    revision: Type.Integer(),
    isShipped: Type.Boolean({ description: 'Comes with the program', examples: [true] }),
    isEdited: Type.Boolean({ description: 'Differs from the text that comes with the program', examples: [false] }),
    createdAt: Instant,
    updatedAt: Instant,
    version: Type.Integer({
      description: 'The same as `revision`; the answer has it in `ETag`, send it in `If-Match`',
    }),
  },
  { title: 'Template', description: 'Liquid texts for one channel and language.' },
);
export type Template = Static<typeof Template>;

const TemplateRevision = Type.Object(
  {
    revision: Type.Integer(),
    subjectTemplate: Type.String({ examples: ['یادآوری: {{ description }}'] }),
    bodyTemplate: Type.String({ examples: ['<p>{{ description }}</p>'] }),
    createdBy: Nullable(Type.String({ description: 'Id of the user; null for the program', examples: [null] })),
    createdAt: Instant,
  },
  { title: 'TemplateRevision' },
);
export type TemplateRevision = Static<typeof TemplateRevision>;

/** Newest revision first. */
export const TemplateWithRevisions = Type.Object(
  {
    ...Template.properties,
    variables: Type.Array(Type.String(), { description: 'Names that the texts use', examples: [['description']] }),
    revisions: Type.Array(TemplateRevision, { description: 'Newest first' }),
  },
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
    allowsLogic: Type.Optional(
      Type.Boolean({ description: 'Permits conditions and loops; false by default', examples: [false] }),
    ),
  },
  { title: 'NewTemplate' },
);
export type NewTemplate = Static<typeof NewTemplate>;

/** The next revision. Name, channel and language never change; if they are sent, they must be the same. */
export const TemplateContent = Type.Object(
  {
    subjectTemplate: Type.Optional(SubjectTemplate),
    bodyTemplate: BodyTemplate,
    allowsLogic: Type.Optional(Type.Boolean({ description: 'Unchanged by default' })),
    name: Type.Optional(TemplateName),
    channel: Type.Optional(Channel),
    language: Type.Optional(LanguageTag),
  },
  {
    title: 'TemplateContent',
    description:
      'The next revision. Name, channel and language never change: leave them out, or send them as they are.',
    examples: [{ subjectTemplate: 'یادآوری: {{ description }}', bodyTemplate: '<p>{{ description }}</p>' }],
  },
);
export type TemplateContent = Static<typeof TemplateContent>;

export const TemplateQuery = Type.Object({
  ...PageQuery.properties,
  channel: Type.Optional(Type.With(Channel, { description: 'Only templates of this channel.' })),
  language: Type.Optional(Type.With(LanguageTag, { description: 'Only templates in this language.' })),
  name: Type.Optional(Type.String({ maxLength: 100, description: 'Only templates of this name.' })),
});
export type TemplateQuery = Static<typeof TemplateQuery>;

const Draft = Type.Object(
  {
    subjectTemplate: SubjectTemplate,
    bodyTemplate: BodyTemplate,
    allowsLogic: Type.Boolean({ description: 'The texts may use conditions and loops', examples: [false] }),
  },
  { title: 'TemplateDraft', description: 'Texts that are not saved, in place of those of the present revision' },
);
export const PreviewRequest = Type.Object(
  {
    variables: Type.Optional(Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })),
    draft: Type.Optional(Draft),
  },
  { title: 'PreviewRequest', examples: [{ variables: { description: 'خرید نان' } }] },
);
export type PreviewRequest = Static<typeof PreviewRequest>;

export const Preview = Type.Object(
  {
    subject: Type.String({ examples: ['یادآوری: خرید نان'] }),
    text: Type.String({ examples: ['خرید نان'] }),
    html: Nullable(Type.String({ description: 'Only for `email`', examples: ['<p>خرید نان</p>'] })),
    variables: Type.Array(Type.String(), { description: 'Names that the texts use', examples: [['description']] }),
  },
  { title: 'Preview' },
);
export type Preview = Static<typeof Preview>;
