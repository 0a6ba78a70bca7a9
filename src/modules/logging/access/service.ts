import type { Actor } from '#kernel/access.ts';
import type { RoleSummary } from '#modules/authorization/contract.ts';
import { loggingErrors, loggingPermissions } from '../contract.ts';
import type { LoggingNeeds } from '../needs.ts';
import type { LoggingAccess, LoggingGrant, LoggingRole, NewLoggingRole } from './schemas.ts';

const CODES = new Set(Object.values(loggingPermissions).map(({ code }) => code));

/** Roles as far as they concern logging. Authorization keeps them, and decides; there is no second system. */
export function createLoggingAccess({ authorization }: Pick<LoggingNeeds, 'authorization'>) {
  const { roles } = authorization;

  /** Roles that give a permission of logging, and those permissions. */
  async function get(): Promise<LoggingAccess> {
    const all = (await roles.list()).map((role) => {
      const { permissions, ...rest } = toRole(role);
      return { ...rest, permissions: permissions.filter((code) => CODES.has(code)) };
    });
    const permissions = Object.values(loggingPermissions).map(({ code, summary }) => ({ code, description: summary }));
    return { roles: all.filter((role) => role.permissions.length > 0), permissions };
  }

  /** @throws `logging.not_logging`, and what Authorization throws */
  async function create(actor: Actor, { name, permissions = [] }: NewLoggingRole): Promise<LoggingRole> {
    requireLogging(permissions);
    return toRole(await roles.create(actor, { name, permissions }));
  }

  /** The caller must hold the permission. @throws `logging.not_logging`, and what Authorization throws */
  async function assign(actor: Actor, { roleName, permissionCode }: LoggingGrant): Promise<LoggingRole> {
    requireLogging([permissionCode]);
    return toRole(await roles.grant(actor, roleName, permissionCode));
  }

  return { get, create, assign };
}

export type LoggingAccessService = ReturnType<typeof createLoggingAccess>;

function requireLogging(codes: readonly string[]): void {
  const others = codes.filter((code) => !CODES.has(code));
  if (others.length > 0) throw loggingErrors.notLogging({ permissions: others });
}

function toRole({ id, name, permissions, builtIn, version }: RoleSummary): LoggingRole {
  return { id, name, permissions: [...permissions], builtIn, version };
}
