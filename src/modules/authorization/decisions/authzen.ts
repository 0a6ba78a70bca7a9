import type { ResourceRule } from '#kernel/access.ts';
import { UUID_PATTERN } from '#kernel/id.ts';
import { pageErrors } from '#kernel/page.ts';
import type { Db } from '#platform/database/port.ts';
import { httpErrors } from '#platform/http/port.ts';
import { authorizationErrors } from '../contract.ts';
import { findPermission, listPermissionsOf } from '../roles/catalogue-queries.ts';
import type { createCatalogue } from '../roles/catalogue.ts';
import { permittedBy } from '../subjects/holdings.ts';
import { findDecisionInput, isSubject, listHolders } from '../subjects/queries.ts';
import type { AuthorizationTables } from '../tables.ts';
import { MODULE, type Explain } from './explain.ts';
import { ORGANISATION, type OrganisationDecisions } from './organisations.ts';
import type {
  ActionSearch,
  Evaluation,
  EvaluationDecision,
  EvaluationDecisions,
  Evaluations,
  FoundActions,
  FoundEntities,
  ResourceSearch,
  SubjectSearch,
} from './schemas.ts';

type Defaults = Pick<Evaluations, 'subject' | 'action' | 'resource'>;

/** Both name users; the interop of gateways calls those of other providers `identity`. */
const SUBJECT_TYPES = new Set(['user', 'identity']);
const PAGE = 50; // candidates that one search looks at; each is a few indexed queries

/** The decision that ends a batch, by its semantic. */
const LAST_DECISION = { execute_all: null, deny_on_first_deny: false, permit_on_first_permit: true } as const;

export interface AuthzenNeeds {
  readonly db: Db<AuthorizationTables>;
  readonly explain: Explain;
  readonly organisations: Omit<OrganisationDecisions, 'decide'>;
  readonly catalogue: Pick<ReturnType<typeof createCatalogue>, 'resourceRules' | 'findSubject'>;
}

/** The decisions of this installation in the shape of OpenID AuthZEN 1.0. All of them are those of `explain`. */
export function createAuthzen({ db, explain, organisations, catalogue }: AuthzenNeeds) {
  async function evaluate({ subject, action, resource }: Evaluation): Promise<EvaluationDecision> {
    const userId = await userOf(subject);
    const permission = permissionOf(action.name, resource.type);
    const { decision, reasons } = await explain.evaluate({ userId, permission, resource });
    return { decision, context: { reasons } };
  }

  /** In order, so that what is not needed is not evaluated. @throws `http.invalid` where a part is missing */
  async function evaluateAll({ evaluations = [], options = {}, ...common }: Evaluations): Promise<EvaluationDecisions> {
    if (evaluations.length === 0) return evaluate(whole(common, ''));
    const asked = evaluations.map((one, index) => whole({ ...common, ...one }, `/evaluations/${index}`));
    const last = LAST_DECISION[options.evaluations_semantic ?? 'execute_all'];
    const decided: EvaluationDecision[] = [];
    for (const one of asked) {
      const answer = await evaluate(one);
      decided.push(answer);
      if (answer.decision === last) break;
    }
    return { evaluations: decided };
  }

  /** Users who hold the permission and have access to the resource. A page looks at 50 holders of the permission. */
  async function findSubjects({ subject, action, resource, page }: SubjectSearch): Promise<FoundEntities> {
    const { after, limit } = toPage(page);
    if (!SUBJECT_TYPES.has(subject.type)) return { results: [], page: { next_token: '' } };
    const permission = permissionOf(action.name, resource.type);
    const holders =
      resource.type === ORGANISATION
        ? await organisations.listCandidates(resource.id, { after, limit: limit + 1 })
        : await listHolders(db.read, permission, limit + 1, after ?? undefined);
    const candidates = holders.slice(0, limit);
    const results: FoundEntities['results'] = [];
    for (const userId of candidates) {
      const { decision } = await explain.evaluate({ userId, permission, resource });
      if (decision) results.push({ type: 'user', id: userId });
    }
    return { results, page: { next_token: holders.length > limit ? toToken(candidates.at(-1)) : '' } };
  }

  /** @throws `authorization.search_unsupported` for kinds of resources that are not listed for one user */
  async function findResources({ subject, action, resource, page }: ResourceSearch): Promise<FoundEntities> {
    const { after, limit } = toPage(page);
    const { type } = resource;
    const permission = permissionOf(action.name, type);
    if (type === ORGANISATION) {
      const ids = await organisations.listIds(await userOf(subject), permission, { after, limit: limit + 1 });
      return toFound(type, ids, limit);
    }
    const rule = ruleOf(type, permission);
    if (type !== MODULE && rule && !rule.listIds) throw authorizationErrors.searchUnsupported({ resourceType: type });
    const userId = await userOf(subject);
    const permissions = await permissionsOf(userId);
    if (!permissions.has(permission)) return { results: [], page: { next_token: '' } };
    if (type === MODULE) {
      const found = await findPermission(db.read, permission);
      return { results: found ? [{ type, id: found.module }] : [], page: { next_token: '' } };
    }
    const ids = (await rule?.listIds?.({ id: userId, permissions }, permission, { after, limit: limit + 1 })) ?? [];
    return toFound(type, ids, limit);
  }

  /** Everything on one page: a kind of resource has a few permissions, a module some dozens. */
  async function findActions({ subject, resource }: ActionSearch): Promise<FoundActions> {
    const userId = await userOf(subject);
    if (resource.type === ORGANISATION) {
      const names = await organisations.permissionsIn(userId, resource.id);
      return { results: names.map((name) => ({ name })), page: { next_token: '' } };
    }
    const codes =
      resource.type === MODULE
        ? await listPermissionsOf(db.read, resource.id)
        : rulesOf(resource.type).flatMap(({ permissions }) => permissions.map(({ code }) => code));
    const held = await permissionsOf(userId);
    const allowed: string[] = [];
    for (const permission of codes.filter((code) => held.has(code)))
      if ((await explain.evaluate({ userId, permission, resource })).decision)
        allowed.push(...namesOf(permission, resource.type));
    return { results: allowed.map((name) => ({ name })), page: { next_token: '' } };
  }

  /** Empty for nobody. Ids of this program come first, because other providers use UUIDs as well. */
  async function userOf({ type, id, properties = {} }: Evaluation['subject']): Promise<string> {
    if (!SUBJECT_TYPES.has(type)) return '';
    if (UUID_PATTERN.test(id) && (await isSubject(db.read, id))) return id.toLowerCase();
    const { issuer } = properties;
    return (await catalogue.findSubject(id, typeof issuer === 'string' ? issuer : null)) ?? '';
  }

  async function permissionsOf(userId: string): Promise<ReadonlySet<string>> {
    const input = userId === '' ? undefined : await findDecisionInput(db.read, userId);
    return input ? permittedBy(input) : new Set();
  }

  const rulesOf = (type: string) => catalogue.resourceRules().filter(({ resourceType }) => resourceType === type);

  function ruleOf(type: string, permission: string): ResourceRule | undefined {
    return rulesOf(type).find(({ permissions }) => permissions.some(({ code }) => code === permission));
  }

  /** An action is a permission, by its code or by the name that it has for such a resource. */
  function permissionOf(action: string, resourceType: string): string {
    const named = rulesOf(resourceType).flatMap(({ actions = {} }) =>
      Object.hasOwn(actions, action) ? (actions[action] ?? []) : [],
    );
    return named[0]?.code ?? action;
  }

  function namesOf(permission: string, resourceType: string): string[] {
    const { actions = {} } = ruleOf(resourceType, permission) ?? {};
    const names = Object.entries(actions).flatMap(([name, { code }]) => (code === permission ? name : []));
    return names.length > 0 ? names : [permission];
  }

  return { evaluate, evaluateAll, findSubjects, findResources, findActions };
}

export type Authzen = ReturnType<typeof createAuthzen>;

/** @throws `http.invalid` that names each part which neither the evaluation nor the batch has */
function whole({ subject, action, resource }: Defaults, path: string): Evaluation {
  if (isEntity(subject) && isAction(action) && isEntity(resource)) return { subject, action, resource };
  const present = { subject: isEntity(subject), action: isAction(action), resource: isEntity(resource) };
  const missing = Object.entries(present).filter(([, isPresent]) => !isPresent);
  throw httpErrors.invalid({
    in: 'body',
    errors: missing.map(([name]) => ({ path: `${path}/${name}`, code: 'required', message: 'is required' })),
  });
}

function isEntity(part: Defaults['subject']): part is Evaluation['subject'] {
  return part?.type !== undefined && part.id !== undefined;
}

function isAction(part: Defaults['action']): part is Evaluation['action'] {
  return part?.name !== undefined;
}

/** @throws `http.cursor_invalid` */
function toPage({ token = '', limit = PAGE }: NonNullable<SubjectSearch['page']> = {}) {
  const after = token === '' ? null : Buffer.from(token, 'base64url').toString();
  if (after !== null && !UUID_PATTERN.test(after)) throw pageErrors.cursorInvalid();
  return { after, limit: Math.min(limit, PAGE) };
}

/** `ids` are one more than `limit` where there is a next page. */
function toFound(type: string, ids: readonly string[], limit: number): FoundEntities {
  const results = ids.slice(0, limit).map((id) => ({ type, id }));
  return { results, page: { next_token: ids.length > limit ? toToken(results.at(-1)?.id) : '' } };
}

function toToken(id = ''): string {
  return Buffer.from(id).toString('base64url');
}
