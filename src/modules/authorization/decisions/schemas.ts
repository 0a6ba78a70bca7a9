import { Type, type Static } from 'typebox';
import { OneOf } from '#kernel/schema.ts';
import { Reason } from '../schemas.ts';

const MAX_EVALUATIONS = 50; // each is a few indexed queries; together about 50 ms

/** What the standard lets callers send beside the ids. No rule of this program reads it. */
const Properties = Type.Optional(Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }));
/** As far as the database and its indexes are concerned; the standard has no limit. */
const Name = Type.String({ minLength: 1, maxLength: 255 });

const Subject = Type.Object({
  type: Type.With(Name, { description: '`user` or `identity`', examples: ['user'] }),
  id: Type.With(Name, {
    description:
      'Id of a user, the proved address of one, or the subject at another provider, which `properties.issuer` names if there are several',
    examples: ['019ab0e2-7f10-7c46-b1a8-5e90d37c2b14'],
  }),
  properties: Properties,
});
const Action = Type.Object({
  name: Type.With(Name, { description: 'Code of a permission', examples: ['authorization.check'] }),
  properties: Properties,
});
const Resource = Type.Object({
  type: Type.With(Name, { description: 'As in `checkAccess`', examples: ['module'] }),
  id: Type.With(Name, { examples: ['authorization'] }),
  properties: Properties,
});
const Kind = Type.Object({ type: Name, id: Type.Optional(Type.Unknown()), properties: Properties });

export const Evaluation = Type.Object(
  { subject: Subject, action: Action, resource: Resource, context: Properties },
  {
    title: 'Evaluation',
    examples: [
      {
        subject: { type: 'user', id: '019ab0e2-7f10-7c46-b1a8-5e90d37c2b14' },
        action: { name: 'authorization.check' },
        resource: { type: 'todo', id: '019ab0f0-4c00-7d31-a1f4-3b7c52d08e96' },
      },
    ],
  },
);
export type Evaluation = Static<typeof Evaluation>;

export const EvaluationDecision = Type.Object(
  { decision: Type.Boolean(), context: Type.Object({ reasons: Type.Array(Reason) }) },
  { title: 'EvaluationDecision' },
);
export type EvaluationDecision = Static<typeof EvaluationDecision>;

/** For evaluations that do not name a part. May be empty, as in examples of the standard. */
const DEFAULTS = {
  subject: Type.Optional(Type.Partial(Subject)),
  action: Type.Optional(Type.Partial(Action)),
  resource: Type.Optional(Type.Partial(Resource)),
  context: Properties,
};

export const Evaluations = Type.Object(
  {
    ...DEFAULTS,
    evaluations: Type.Optional(Type.Array(Type.Partial(Evaluation), { maxItems: MAX_EVALUATIONS })),
    options: Type.Optional(
      Type.Object({
        evaluations_semantic: Type.Optional(
          Type.With(OneOf('execute_all', 'deny_on_first_deny', 'permit_on_first_permit'), {
            description: '`execute_all` by default; the others end with the first denial or permit',
          }),
        ),
      }),
    ),
  },
  {
    title: 'Evaluations',
    description:
      `At most ${MAX_EVALUATIONS}; each takes the parts that it does not name from the request. Without \`evaluations\`, as
      \`evaluateAccess\`.`.replace(/\s+/g, ' '),
    examples: [
      {
        subject: { type: 'user', id: '019ab0e2-7f10-7c46-b1a8-5e90d37c2b14' },
        resource: { type: 'module', id: 'authorization' },
        evaluations: [{ action: { name: 'authorization.check' } }, { action: { name: 'authorization.manage' } }],
      },
    ],
  },
);
export type Evaluations = Static<typeof Evaluations>;

export const EvaluationDecisions = Type.Object(
  {
    decision: Type.Optional(Type.Boolean()),
    context: Type.Optional(Type.Object({ reasons: Type.Array(Reason) })),
    evaluations: Type.Optional(Type.Array(EvaluationDecision)),
  },
  { title: 'EvaluationDecisions', description: '`evaluations` in the order of the request, or one decision.' },
);
export type EvaluationDecisions = Static<typeof EvaluationDecisions>;

const Page = Type.Optional(
  Type.Object({
    token: Type.Optional(Type.String({ maxLength: 255, description: '`page.next_token` of the page before' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, description: 'Results on a page, at most and by default 50' })),
  }),
);

export const SubjectSearch = Type.Object(
  { subject: Kind, action: Action, resource: Resource, context: Properties, page: Page },
  {
    title: 'SubjectSearch',
    examples: [
      {
        subject: { type: 'user' },
        action: { name: 'authorization.check' },
        resource: { type: 'module', id: 'authorization' },
      },
    ],
  },
);
export type SubjectSearch = Static<typeof SubjectSearch>;

export const ResourceSearch = Type.Object(
  { subject: Subject, action: Action, resource: Kind, context: Properties, page: Page },
  {
    title: 'ResourceSearch',
    examples: [
      {
        subject: { type: 'user', id: '019ab0e2-7f10-7c46-b1a8-5e90d37c2b14' },
        action: { name: 'authorization.check' },
        resource: { type: 'module' },
      },
    ],
  },
);
export type ResourceSearch = Static<typeof ResourceSearch>;

export const ActionSearch = Type.Object(
  { subject: Subject, resource: Resource, context: Properties, page: Page },
  {
    title: 'ActionSearch',
    examples: [
      {
        subject: { type: 'user', id: '019ab0e2-7f10-7c46-b1a8-5e90d37c2b14' },
        resource: { type: 'module', id: 'authorization' },
      },
    ],
  },
);
export type ActionSearch = Static<typeof ActionSearch>;

const NextPage = Type.Object({
  next_token: Type.String({
    description: 'Empty on the last page; a page before it may have few or no results',
    examples: [''],
  }),
});
const Entity = Type.Object({
  type: Type.String({ examples: ['user'] }),
  id: Type.String({ examples: ['019ab0e2-7f10-7c46-b1a8-5e90d37c2b14'] }),
});
export const FoundEntities = Type.Object({ results: Type.Array(Entity), page: NextPage }, { title: 'FoundEntities' });
export type FoundEntities = Static<typeof FoundEntities>;
export const FoundActions = Type.Object(
  { results: Type.Array(Type.Object({ name: Type.String({ examples: ['authorization.check'] }) })), page: NextPage },
  { title: 'FoundActions' },
);
export type FoundActions = Static<typeof FoundActions>;

const url = (path: string) => Type.String({ examples: [`https://api.example.com${path}`] });

export const AuthzenConfiguration = Type.Object(
  {
    policy_decision_point: url(''),
    access_evaluation_endpoint: url('/access/v1/evaluation'),
    access_evaluations_endpoint: url('/access/v1/evaluations'),
    search_subject_endpoint: url('/access/v1/search/subject'),
    search_resource_endpoint: url('/access/v1/search/resource'),
    search_action_endpoint: url('/access/v1/search/action'),
  },
  { title: 'AuthzenConfiguration' },
);
