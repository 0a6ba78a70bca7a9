import type { AccessReason, ResourceRule } from '#kernel/access.ts';
import { UUID_PATTERN } from '#kernel/id.ts';
import type { Db } from '#platform/database/port.ts';
import { authorizationErrors as errors } from '../contract.ts';
import type { Reason } from '../schemas.ts';
import { decidePermission, permittedBy, type PermissionDecision } from '../subjects/holdings.ts';
import { findPermission } from '../roles/catalogue-queries.ts';
import { findDecisionInput } from '../subjects/queries.ts';
import type { AuthorizationTables } from '../tables.ts';
import { ORGANISATION, type OrganisationDecisions } from './organisations.ts';

/** The resource type of a whole module, for permissions that are not about a single resource. */
export const MODULE = 'module';

export interface ExplainNeeds {
  readonly db: Db<AuthorizationTables>;
  /** The rules of all modules, which are known after `declare`. */
  readonly resourceRules: () => readonly ResourceRule[];
  readonly organisations: Pick<OrganisationDecisions, 'decide'>;
}

export interface Question {
  readonly userId: string;
  readonly permission: string;
  readonly resource?:
    | {
        readonly type: string;
        readonly id: string;
        readonly properties?: Readonly<Record<string, unknown>> | undefined;
      }
    | undefined;
}

/** Says whether a call would be allowed, and why. Reads the database, never the cache. */
export function createExplain({ db, resourceRules, organisations }: ExplainNeeds) {
  /** An unknown user, permission or resource type is a refusal. */
  async function evaluate({ userId, permission, resource }: Question): Promise<PermissionDecision> {
    const [input, known] = await Promise.all([
      UUID_PATTERN.test(userId) ? findDecisionInput(db.read, userId) : undefined,
      findPermission(db.read, permission),
    ]);
    if (!input) return refused({ code: 'unknownUser' });
    if (!known) return refused({ code: 'unknownPermission', permission });
    const decision = decidePermission(permission, input);
    if (!resource) return decision;
    if (resource.type === MODULE) return resource.id === known.module ? decision : refused({ code: 'unrelated' });
    if (resource.type === ORGANISATION) return organisations.decide(userId, input, permission, resource.id);
    const rules = resourceRules().filter(({ resourceType }) => resourceType === resource.type);
    if (rules.length === 0) return refused({ code: 'unknownResourceType' });
    const rule = rules.find(({ permissions }) => permissions.some(({ code }) => code === permission));
    if (!rule) return refused({ code: 'unrelated' });
    const { isId = isUuid } = rule;
    if (!decision.decision || !isId(resource.id)) return requireReason(decision, null);
    const who = { id: userId.toLowerCase(), permissions: permittedBy(input) };
    return requireReason(decision, await rule.findReason(who, permission, resource.id, resource.properties));
  }

  /** @throws `authorization.user_not_found`, `authorization.permission_unknown`, `authorization.resource_type_unknown` */
  async function check(question: Question): Promise<PermissionDecision> {
    const decision = await evaluate(question);
    const { userId, permission, resource } = question;
    const codes = new Set(decision.reasons.map(({ code }) => code));
    if (codes.has('unknownUser')) throw errors.userNotFound({ userId });
    if (codes.has('unknownPermission')) throw errors.permissionUnknown({ permissions: [permission] });
    if (codes.has('unknownResourceType')) throw errors.resourceTypeUnknown({ resourceType: resource?.type });
    return decision;
  }

  return { evaluate, check };
}

export type Explain = ReturnType<typeof createExplain>;

function refused(reason: Reason): PermissionDecision {
  return { decision: false, reasons: [reason] };
}

function isUuid(text: string): boolean {
  return UUID_PATTERN.test(text);
}

/** A permission alone is not enough for a single resource. */
function requireReason(permitted: PermissionDecision, reason: AccessReason | null): PermissionDecision {
  if (!permitted.decision) return permitted;
  if (!reason) return refused({ code: 'noGround' });
  return { decision: true, reasons: [...permitted.reasons, reason] };
}
