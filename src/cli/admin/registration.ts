import { Registration, type SignedInUser } from '#modules/users/contract.ts';
import { checkBody } from '#platform/http/validation.ts';
import type { App } from '../../app.ts';

/**
 * Creates an administrator under the rules of `POST /users/register`, for the command line and for the settings of the
 * first administrator. @throws `http.invalid`, and what `UsersApi.createAdministrator` throws
 */
export async function createAdministrator(
  app: App,
  registration: Registration,
  options: { onlyFirst: boolean },
): Promise<SignedInUser | null> {
  checkBody(Registration, registration);
  return app.users.createAdministrator(registration, options);
}
