import { kindOf } from '#kernel/forms/address.ts';
import type { UserRow } from '../tables.ts';

/** The address that a pending account was registered with; of any other, the one to which mail goes first. */
export function addressOf({ email, phone }: Pick<UserRow, 'email' | 'phone'>): string {
  const address = email ?? phone;
  if (address === null) throw new Error('an account has no address');
  return address;
}

/** Of an account that has this address alone. */
export function columnsOf(address: string): Pick<UserRow, 'email' | 'phone'> {
  return kindOf(address) === 'email' ? { email: address, phone: null } : { email: null, phone: address };
}

/** The change of a row whose address was proved. */
export function toProved(address: string, at: string): { emailVerifiedAt: string } | { phoneVerifiedAt: string } {
  return kindOf(address) === 'email' ? { emailVerifiedAt: at } : { phoneVerifiedAt: at };
}

/** For a message to an address that is not, or no more, that of an account. */
export function toReceiver(address: string): { email: string } | { phone: string } {
  return kindOf(address) === 'email' ? { email: address } : { phone: address };
}

/** Since when an address of the account is proved. Null: none is, and the account belongs to nobody. */
export function provedSince({
  emailVerifiedAt,
  phoneVerifiedAt,
}: Pick<UserRow, 'emailVerifiedAt' | 'phoneVerifiedAt'>): string | null {
  return emailVerifiedAt ?? phoneVerifiedAt;
}

/** `s***@example.com`, `+98***6789`: its owner recognises it. */
export function maskAddress(address: string): string {
  return kindOf(address) === 'email'
    ? address.replace(/^(.).*(?=@)/u, '$1***')
    : `${address.slice(0, 3)}***${address.slice(-4)}`;
}

/** An address as somebody else spells it, which is the form that accounts had before addresses had one (`parseEmail`). */
export function toSpelling(typed: string): string {
  return typed.trim().normalize('NFC').toLowerCase();
}

export function localPart(email: string): string {
  return email.slice(0, email.lastIndexOf('@'));
}
