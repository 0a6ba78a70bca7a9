import type { AccessReason, ResourceRule } from '#kernel/access.ts';
import { UUID_PATTERN } from '#kernel/id.ts';
import type { Db } from '#platform/database/port.ts';
import { authorizationErrors as errors, type Reason } from '../contract.ts';
import { judgePermission, permittedBy, type Judgement } from '../subjects/holdings.ts';
import { findPermission } from '../roles/queries.ts';
import { findGrounds } from '../subjects/queries.ts';
import type { AuthorizationTables } from '../tables.ts';

/** A resource of this kind is a whole module: for what is not about a single thing of one. */
const MODULE = 'module';

export interface ExplainNeeds {
  readonly db: Db<AuthorizationTables>;
  /** Of all modules; known once they have declared themselves. */
  readonly resourceRules: () => readonly ResourceRule[];
}

export interface Question {
  readonly userId: string;
  readonly permission: string;
  readonly resource?: { readonly type: string; readonly id: string } | undefined;
}

/** Says what a call would be answered, and why. By what is stored now, as a call that nothing is remembered for. */
export function createExplain({ db, resourceRules }: ExplainNeeds) {
  /** What nobody knows is refused. */
  async function evaluate({ userId, permission, resource }: Question): Promise<Judgement> {
    const [grounds, known] = await Promise.all([
      UUID_PATTERN.test(userId) ? findGrounds(db.read, userId) : undefined,
      findPermission(db.read, permission),
    ]);
    if (!grounds) return refused({ code: 'unknownUser' });
    if (!known) return refused({ code: 'unknownPermission', permission });
    const judgement = judgePermission(permission, grounds);
    if (!resource) return judgement;
    if (resource.type === MODULE) return resource.id === known.module ? judgement : refused({ code: 'unrelated' });
    const rule = resourceRules().find(({ resourceType }) => resourceType === resource.type);
    if (!rule) return refused({ code: 'unknownResourceType' });
    if (!rule.permissions.some(({ code }) => code === permission)) return refused({ code: 'unrelated' });
    if (!judgement.decision || !UUID_PATTERN.test(resource.id)) return orNoGround(judgement, null);
    const who = { id: userId.toLowerCase(), permissions: permittedBy(grounds) };
    return orNoGround(judgement, await rule.findReason(who, permission, resource.id));
  }

  /** @throws `authorization.user_not_found`, `authorization.permission_unknown`, `authorization.resource_type_unknown` */
  async function check(question: Question): Promise<Judgement> {
    const judgement = await evaluate(question);
    const { userId, permission, resource } = question;
    const codes = new Set(judgement.reasons.map(({ code }) => code));
    if (codes.has('unknownUser')) throw errors.userNotFound({ userId });
    if (codes.has('unknownPermission')) throw errors.permissionUnknown({ permissions: [permission] });
    if (codes.has('unknownResourceType')) throw errors.resourceTypeUnknown({ resourceType: resource?.type });
    return judgement;
  }

  return { evaluate, check };
}

export type Explain = ReturnType<typeof createExplain>;

function refused(reason: Reason): Judgement {
  return { decision: false, reasons: [reason] };
}

/** A permission alone is not enough for a single resource. */
function orNoGround(permitted: Judgement, reason: AccessReason | null): Judgement {
  if (!permitted.decision) return permitted;
  if (!reason) return refused({ code: 'noGround' });
  return { decision: true, reasons: [...permitted.reasons, reason] };
}
