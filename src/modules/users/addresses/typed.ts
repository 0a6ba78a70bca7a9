import { parseEmail } from '#kernel/forms/email-address.ts';
import { parseAssignedPhone } from '#kernel/forms/phone.ts';
import { httpErrors } from '#platform/http/port.ts';
import { toSpelling } from './forms.ts';
import { findUser } from '../queries.ts';
import type { UsersReader } from '../tables.ts';

/** As somebody names an account: by one of both. */
export interface GivenAddress {
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
}

/**
 * The address of an account as it is stored, for what somebody has typed. A number may be a national one of `phoneRegion`.
 * @throws `http.invalid`, also where neither or both are given
 */
export function createAddresses({
  read,
  phoneRegion,
}: {
  readonly read: UsersReader;
  readonly phoneRegion: string | null;
}) {
  return async ({ email, phone }: GivenAddress): Promise<string> => {
    if (phone === undefined) return findAddress(read, email);
    if (email !== undefined) throw refused('/phone', 'excluded');
    const number = parseAssignedPhone(phone, phoneRegion);
    if (number === null) throw refused('/phone', 'format');
    return number;
  };
}

export type ToAddress = ReturnType<typeof createAddresses>;

/**
 * The e-mail address of an account as it is stored: its one form, except where an account from before there was one form
 * could not take it, because another account had it. Such a twin is found by its own spelling alone. Another query,
 * whatever the outcome, only for an address that is not typed in its form. @throws `http.invalid`
 */
export async function findAddress(db: UsersReader, typed: string | undefined): Promise<string> {
  if (typed === undefined) throw refused('/email', 'required');
  const email = parseEmail(typed);
  if (email === null) throw refused('/email', 'format');
  const spelling = toSpelling(typed);
  if (spelling === email) return email;
  return (await findUser(db, { address: spelling })) ? spelling : email;
}

/** Schemas refuse most of it before, in the language of the request. */
const MESSAGES = {
  required: 'is required',
  format: 'is not a valid address or number',
  excluded: 'cannot be beside an e-mail address',
};

function refused(path: string, code: keyof typeof MESSAGES) {
  return httpErrors.invalid({ errors: [{ path, code, message: MESSAGES[code] }] });
}
