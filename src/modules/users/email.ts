/** An address as somebody else spells it, which is the form that accounts had before addresses had one (`parseEmail`). */
export function toSpelling(typed: string): string {
  return typed.trim().normalize('NFC').toLowerCase();
}

export function localPart(email: string): string {
  return email.slice(0, email.lastIndexOf('@'));
}

/** `sara@example.com` as `s***@example.com`: the owner recognises it. */
export function maskEmail(email: string): string {
  return email.replace(/^(.).*(?=@)/u, '$1***');
}
