/** In most of `LEAKS`. */
export const SECRET = 'hunter2Zq9';
const WORD = 'letmeinplease';
const BASE64 = Buffer.from(`sara:${SECRET}`).toString('base64');
const nested = JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ password: SECRET }) }) });

/** Parts of the secrets in `LEAKS`, in lower case and Latin digits. */
export const SECRET_PARTS = [
  SECRET.toLowerCase(),
  BASE64.toLowerCase(),
  WORD,
  '4111 1111 1111',
  '4111-1111-1111',
  '411111111111',
  '378282246310005',
  '6037997123456',
  'c2lnbmf0dxjl',
  'miieow',
  '48210937',
];

export const LEAKS: readonly unknown[] = [
  `password=${SECRET}`,
  `user=sara&password=${SECRET}&next=/`,
  `https://example.com/cb?access_token=${SECRET}&x=1`,
  `url=https://example.com/?token=${SECRET}`,
  `https://sara:${SECRET}@example.com/`,
  `postgres://app:${SECRET}@db:5432/x`,
  `Authorization: Bearer ${SECRET}`,
  `authorization: Basic ${BASE64}`,
  `curl -H 'X-Api-Key: ${SECRET}'`,
  `Set-Cookie: sid=${SECRET}; Path=/; HttpOnly`,
  `Cookie: a=1; session=${SECRET}`,
  `{"user":"sara","password":"${SECRET}"}`,
  `request failed: {"user":"sara","client_secret": "${SECRET}", "n": 1}`,
  `request failed: {\\"password\\":\\"${SECRET}\\"}`,
  `{"password":"a\\"${SECRET}"} is bad`,
  nested,
  `said ${nested}`,
  `رمز عبور سارا password: ${SECRET}`,
  `گذرواژه: ${SECRET}`,
  `کارت ${persianCard()} رد شد`,
  'paid by 4111 1111 1111 1111',
  'paid by 4111-1111-1111-1111.',
  'card=378282246310005',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
  '-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----',
  { deep: [{ headers: { Authorization: SECRET } }] },
  { newPassword: SECRET },
  { 'x-api-key': SECRET },
  { refresh_token: SECRET },
  { apiKey: { value: SECRET } },
  { body: `{"pin": 48210937, "otp":"${SECRET}"}` },
  { card: 4111111111111111 },
  { 'رمز عبور': SECRET },

  // Names that end in `pass`.
  `connect failed, user=sara pass=${SECRET}`,
  `DB_PASS=${SECRET}`,
  `ruby_pass: ${SECRET}`,
  { smtp: { user: 'sara', pass: SECRET } },
  { smtpPass: SECRET, userpass: SECRET, 'db.pass': SECRET, rubyPass: SECRET },

  // Names and values beside each other.
  { name: 'password', value: WORD },
  { value: SECRET, name: 'X-Api-Key' },
  { headers: [{ name: 'Authorization', value: WORD }] },
  { Key: 'DB_PASSWORD', Value: WORD },
  { attributes: [{ key: 'password', value: { stringValue: SECRET } }] },
  { changes: [{ field: 'password', oldValue: WORD, newValue: SECRET }] },
  { op: 'replace', path: '/user/password', value: WORD },
  `failed: {"name":"password","value":"${SECRET}"}`,
  `failed: {\\"key\\":\\"X-Api-Key\\",\\"value\\":\\"${SECRET}\\"}`,
  `name=password&value=${SECRET}`,

  // Names and values by turns.
  { rawHeaders: ['Host', 'shop', 'X-Api-Key', WORD, 'Accept', '*/*'] },
  { list: ['x-api-key', SECRET] },
  { entries: Object.entries({ a: 1, password: WORD, pin: 48210937 }) },
  { argv: ['mysql', '-u', 'root', '--password', WORD] },
  { command: ['mysql', '-u', 'root', '--password', SECRET] },
  `rawHeaders: [ 'Host', 'shop', 'X-Api-Key', '${SECRET}' ]`,
  `sent ["Host","shop","X-Api-Key","${SECRET}"]`,
  `sent [\\"X-Api-Key\\",\\"${SECRET}\\"]`,
  `["X-Api-Key","${SECRET}"]`,
];

export const HARMLESS: readonly unknown[] = [
  'سلام، سفارش ۱۲۳۴۵۶ در ۲۳ آذر ثبت شد',
  'at 1732780800000 and 1732780800000000 and 1732780800000000000',
  'id 01900000-0000-7000-8000-000000000001',
  'id 41111111-1111-1111-1111-111111111111',
  'order 1234567890123456',
  'unexpected token < in JSON at position 5',
  'Basic authentication failed for sara',
  'password is required',
  'tokens: 512, max_tokens: 100',
  { maxTokens: 5, tokenCount: 7, hasPassword: true, password: null },
  { epochMs: 1732780800000, phone: '+989121234567' },
  'GET https://example.com/a?b=c&d=e 200',
  'bypass=yes compass: north, encompass=all lowpass=440',
  { bypass: 'maintenance', isBypass: 'yes', compass: 'north', band_pass: 440, boardingPass: 'B12' },
  { items: [{ name: 'pen', value: 12 }, { key: 'page', value: '2' }, { field: 'email', value: 'sara@example.com' }] }, // prettier-ignore
  { name: 'سارا', value: 'مقدار' },
  { missing: ['password', 'email'], tags: ['auth', 'login'], required: ['email', 'password'] },
  { field: 'password', message: 'is required' },
  'these are missing: ["password", "email"]',
  'name=order value=12',
  { rawHeaders: ['Host', 'shop', 'Accept', '*/*'], query: ['page', '2'], args: ['-u', 'root'] },
];

function persianCard(): string {
  const digits = '6037997123456';
  for (let rest = 0; rest < 1000; rest++) {
    const number = digits + String(rest).padStart(3, '0');
    const sum = Array.from(number)
      .toReversed()
      .reduce((all, digit, at) => {
        const value = Number(digit) * (at % 2 === 1 ? 2 : 1);
        return all + (value > 9 ? value - 9 : value);
      }, 0);
    if (sum % 10 === 0) return Array.from(number, (digit) => '۰۱۲۳۴۵۶۷۸۹'[Number(digit)]).join('');
  }
  throw new Error('no such number');
}

/** Which parts of secrets are in the text. */
export function secretsIn(text: string): string[] {
  const folded = text.toLowerCase().replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0));
  return SECRET_PARTS.filter((part) => folded.includes(part));
}
