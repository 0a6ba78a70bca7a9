export type AddressKind = 'email' | 'phone';

/** An e-mail address, or a number in E.164. No text is both. */
export function kindOf(address: string): AddressKind {
  return address.startsWith('+') && !address.includes('@') ? 'phone' : 'email';
}
