import { nowhere, system, type Actor, type Origin } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import { userErrors, type Registration, type SignedInUser } from '../contract.ts';
import type { UsersNeeds } from '../needs.ts';
import type { PasswordService } from '../passwords/service.ts';
import type { Admission } from './admission.ts';
import { lockLive } from '../queries.ts';
import { findAddress } from '../addresses/typed.ts';
import { lockSetup } from './queries.ts';
import type { Setup } from './schemas.ts';

const SETUP_PURPOSE = 'users.setup';

export interface SetupNeeds extends Pick<UsersNeeds, 'db' | 'keys' | 'authorization' | 'branding'> {
  readonly passwords: Pick<PasswordService, 'hashing' | 'rules'>;
  readonly admission: Pick<Admission, 'open'>;
}

/** The first administrator by the set-up link, and administrators by the command line. */
export function createSetup({ db, keys, authorization, branding, passwords, admission }: SetupNeeds) {
  /** The same token on each call; null once there is an administrator. */
  async function setupToken(): Promise<string | null> {
    if (await authorization.hasAdministrator()) return null;
    return keys.mac(SETUP_PURPOSE, 'first administrator').toString('base64url');
  }

  /** @throws `users.setup_closed` */
  async function setUp({ origin }: Actor, { token, ...input }: Setup): Promise<SignedInUser> {
    const expected = await setupToken();
    if (expected === null || !isSame(keys, token, expected)) throw userErrors.setupClosed();
    const created = await createAdministrator(input, { onlyFirst: true, origin });
    if (!created) throw userErrors.setupClosed();
    return created;
  }

  async function createAdministrator(
    input: Registration,
    { onlyFirst, origin = nowhere }: { onlyFirst: boolean; origin?: Origin },
  ): Promise<SignedInUser | null> {
    const email = await findAddress(db.read, input.email);
    await passwords.rules.check(input.password, { ...input, email });
    const passwordHash = await passwords.hashing.hash(input.password, origin);
    const { firstName, lastName } = input;
    return db.write(system('users', origin), async (unit) => {
      await lockSetup(unit.tx);
      if (onlyFirst && (await authorization.hasAdministrator())) return null;
      const person = { address: email, firstName, lastName, passwordHash, language: branding.language };
      const account = await admission.open(unit, person, 'proof'); // the operator states that the address is right
      if (!account) throw userErrors.emailTaken();
      await authorization.makeAdministrator(withoutTables(unit), account.id);
      unit.audit({ action: 'users.administrator_created', resourceType: 'user', resourceId: account.id });
      return { id: account.id, email, phone: null, firstName, lastName, roles: ['admin', 'user'] };
    });
  }

  async function promoteToAdministrator(address: string): Promise<Pick<SignedInUser, 'id' | 'email'>> {
    const email = await findAddress(db.read, address);
    return db.write(system('users'), async (unit) => {
      await lockSetup(unit.tx);
      const account = await lockLive(unit.tx, { address: email });
      if (!account) throw userErrors.notFound();
      if (account.status === 'pending') throw userErrors.emailNotVerified();
      if (account.status !== 'active') throw userErrors.notActive();
      const { id } = account;
      await authorization.makeAdministrator(withoutTables(unit), id);
      unit.audit({ action: 'users.administrator_promoted', resourceType: 'user', resourceId: id });
      return { id, email };
    });
  }

  return { setupToken, setUp, createAdministrator, promoteToAdministrator };
}

export type SetupService = ReturnType<typeof createSetup>;

/** In constant time, also for texts of different lengths. */
function isSame(keys: UsersNeeds['keys'], given: string, expected: string): boolean {
  return keys.mac('compare', given).equals(keys.mac('compare', expected));
}
