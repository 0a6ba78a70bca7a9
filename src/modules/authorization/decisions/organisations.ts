import type { ResourceRule } from '#kernel/access.ts';
import { UUID_PATTERN } from '#kernel/id.ts';
import type { Db } from '#platform/database/port.ts';
import { findMemberships, listMemberIds } from '../organisations/queries.ts';
import { findPermission, listPermissions } from '../roles/catalogue-queries.ts';
import { decidePermission, permittedBy, type PermissionDecision } from '../subjects/holdings.ts';
import { findDecisionInput, listHolders, type DecisionInput } from '../subjects/queries.ts';
import type { AuthorizationTables } from '../tables.ts';

/** The resource type of organisations. Every permission may be asked about, since each counts in them by a role. */
export const ORGANISATION = 'organisation';

export interface OrganisationDecisionsNeeds {
  readonly db: Db<AuthorizationTables>;
  readonly resourceRules: () => readonly ResourceRule[];
}

interface Page {
  readonly after: string | null;
  readonly limit: number;
}

/**
 * What somebody may do in an organisation: by the role that they have there, or anything by the permission for all
 * organisations. Nothing else that they hold outside counts.
 */
export function createOrganisationDecisions({ db, resourceRules }: OrganisationDecisionsNeeds) {
  const findRule = () => resourceRules().find(({ resourceType }) => resourceType === ORGANISATION);

  /** Null when the user may not do everything in all organisations, or there is no such organisation. */
  async function findReason(userId: string, outside: DecisionInput, id: string) {
    const rule = findRule();
    const permissions = permittedBy(outside);
    if (!rule?.manageAll || !permissions.has(rule.manageAll.code)) return null;
    return rule.findReason({ id: userId, permissions }, rule.manageAll.code, id);
  }

  /** `outside` is what they hold in the installation. */
  async function decide(
    userId: string,
    outside: DecisionInput,
    permission: string,
    id: string,
  ): Promise<PermissionDecision> {
    const inside = UUID_PATTERN.test(id) ? await findDecisionInput(db.read, userId, id) : undefined;
    if (!inside) return { decision: false, reasons: [{ code: 'noGround' }] };
    const reason = await findReason(userId, outside, id);
    return reason ? { decision: true, reasons: [reason] } : decidePermission(permission, inside);
  }

  /** The codes for which `decide` allows, sorted; none for nobody (an empty id). */
  async function permissionsIn(userId: string, id: string): Promise<string[]> {
    const outside = userId === '' || !UUID_PATTERN.test(id) ? undefined : await findDecisionInput(db.read, userId);
    if (!outside) return [];
    if (await findReason(userId, outside, id)) return (await listPermissions(db.read)).map(({ code }) => code);
    const inside = await findDecisionInput(db.read, userId, id);
    return inside ? [...permittedBy(inside)].toSorted() : [];
  }

  /** Users that `decide` may allow, ascending: the members, and who may do it in all organisations. */
  async function listCandidates(id: string, { after, limit }: Page): Promise<string[]> {
    const all = findRule()?.manageAll;
    if (!UUID_PATTERN.test(id)) return [];
    const [members, holders] = await Promise.all([
      listMemberIds(db.read, id, after, limit),
      all ? listHolders(db.read, all.code, limit, after ?? undefined) : [],
    ]);
    return [...new Set([...members, ...holders])].toSorted().slice(0, limit);
  }

  /** Organisations in which `decide` allows, ascending; none for nobody (an empty id). */
  async function listIds(userId: string, permission: string, { after, limit }: Page): Promise<string[]> {
    const rule = findRule();
    const input = userId === '' ? undefined : await findDecisionInput(db.read, userId);
    if (!input || input.isSuspended || !(await findPermission(db.read, permission))) return [];
    const permissions = permittedBy(input);
    const isAll = rule?.manageAll !== undefined && permissions.has(rule.manageAll.code);
    if (isAll) return (await rule.listIds?.({ id: userId, permissions }, permission, { after, limit })) ?? [];
    const memberships = await findMemberships(db.read, userId);
    const ids = memberships.filter(({ codes }) => codes.includes(permission)).map((one) => one.organisationId);
    return ids
      .toSorted()
      .filter((id) => after === null || id > after)
      .slice(0, limit);
  }

  return { decide, permissionsIn, listCandidates, listIds };
}

export type OrganisationDecisions = ReturnType<typeof createOrganisationDecisions>;
