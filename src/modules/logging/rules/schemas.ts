import { Type, type Static } from 'typebox';
import { NAME_PATTERN } from '#kernel/name.ts';
import { PageQuery } from '#kernel/page.ts';
import { Id, Instant, Nullable, OneOf } from '#kernel/schema.ts';
import { Level, Severity } from '../contract.ts';

export const groupFields = [
  'sourceService', 'sourceModule', 'sourceInstance', 'tenantId', 'actorId', 'httpPath', 'errorCode', 'pattern', 'fingerprint',
] as const; // prettier-ignore

const GroupField = Type.Unsafe<(typeof groupFields)[number] | null>({
  type: ['string', 'null'],
  enum: [...groupFields, null],
});
const Glob = Type.String({ minLength: 1, maxLength: 200, pattern: NAME_PATTERN });
const EXAMPLE = {
  name: 'Payments fail',
  minimumLevel: 'error',
  containsText: 'timeout',
  service: 'shop',
  windowSeconds: 60,
  thresholdCount: 10,
  groupBy: 'sourceModule',
  cooldownSeconds: 900,
  severity: 'high',
};

const fields = {
  name: Type.String({ minLength: 1, maxLength: 100, pattern: NAME_PATTERN }),
  isEnabled: Type.Optional(Type.Boolean({ description: '`true` by default' })),
  kind: Type.Optional(
    Type.With(OneOf('threshold', 'absence', 'rate'), {
      description: `\`threshold\`: so many matches within the window. \`absence\`: none within it, also of a source that was
        never seen. \`rate\`: at least \`thresholdCount\` matches, that are \`ratePercent\` of all events of the services.`,
    }),
  ),
  minimumLevel: Type.Optional(Type.With(Level, { description: '`error` by default; of kind `absence`: `trace`' })),
  containsText: Type.Optional(
    Type.With(Nullable(Glob), {
      description: 'Part of the message; `*` stands for any characters. Case and letter forms make no difference.',
    }),
  ),
  service: Type.Optional(
    Type.With(Nullable(Glob), { description: 'Name of the service; `*` stands for any characters' }),
  ),
  module: Type.Optional(Type.With(Nullable(Glob), { description: 'Likewise, of the module' })),
  windowSeconds: Type.Optional(Type.Integer({ minimum: 10, maximum: 86_400, description: '60 by default' })),
  thresholdCount: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: '1 by default' })),
  ratePercent: Type.Optional(
    Type.With(Nullable(Type.Integer({ minimum: 1, maximum: 100 })), {
      description: 'Required of kind `rate`, and only there',
    }),
  ),
  groupBy: Type.Optional(
    Type.With(GroupField, {
      description: 'Each value of this field has its own count and incident',
    }),
  ),
  cooldownSeconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 604_800,
      description: 'Between two notifications of one incident; 300 by default',
    }),
  ),
  autoResolveSeconds: Type.Optional(
    Type.Integer({
      minimum: 60,
      maximum: 604_800,
      description: 'Quiet time after which it is resolved; 1800 by default',
    }),
  ),
  severity: Type.Optional(Type.With(Severity, { description: '`medium` by default' })),
  action: Type.Optional(Type.With(OneOf('notify', 'none'), { description: '`notify` by default' })),
};

export const NewAlertRule = Type.Object(fields, { title: 'NewAlertRule', examples: [EXAMPLE] });
export type NewAlertRule = Static<typeof NewAlertRule>;

export const AlertRule = Type.Object(
  {
    id: Id,
    name: Type.String({ examples: ['Payments fail'] }),
    isEnabled: Type.Boolean(),
    kind: OneOf('threshold', 'absence', 'rate'),
    minimumLevel: Level,
    containsText: Nullable(Type.String({ examples: ['timeout'] })),
    service: Nullable(Type.String({ examples: ['shop'] })),
    module: Nullable(Type.String({ examples: [null] })),
    windowSeconds: Type.Integer({ examples: [60] }),
    thresholdCount: Type.Integer({ examples: [10] }),
    ratePercent: Nullable(Type.Integer({ examples: [null] })),
    groupBy: GroupField,
    cooldownSeconds: Type.Integer({ examples: [900] }),
    autoResolveSeconds: Type.Integer({ examples: [1800] }),
    severity: Severity,
    action: OneOf('notify', 'none'),
    createdAt: Instant,
    updatedAt: Instant,
    version: Type.Integer({ description: 'Counts the changes; `ETag` returns it, `If-Match` takes it' }),
  },
  { title: 'AlertRule' },
);
export type AlertRule = Static<typeof AlertRule>;

export const AlertRuleQuery = Type.Object(PageQuery.properties);

export const RuleTest = Type.Object(
  {
    from: Type.With(Instant, { description: 'Events received at this time or later' }),
    to: Type.With(Instant, { description: 'Events received before this time' }),
  },
  { title: 'RuleTest', examples: [{ from: '2026-11-23T08:00:00.000Z', to: '2026-11-23T09:00:00.000Z' }] },
);
export type RuleTest = Static<typeof RuleTest>;

export const RuleTestResult = Type.Object(
  {
    checked: Type.Integer({ description: 'Events that were compared, at most 20,000' }),
    complete: Type.Boolean({ description: 'False when there are more' }),
    matches: Type.Integer(),
    openings: Type.Array(
      Type.Object(
        { groupValue: Type.String({ examples: ['shop'] }), at: Instant, count: Type.Integer() },
        { title: 'RuleOpening' },
      ),
      {
        description: `When an incident would have opened first, for each group, if the rule had held in this time alone. Of
          kind \`absence\` the count is 0, and groups are those that were seen in this time.`,
      },
    ),
  },
  { title: 'RuleTestResult' },
);
export type RuleTestResult = Static<typeof RuleTestResult>;
