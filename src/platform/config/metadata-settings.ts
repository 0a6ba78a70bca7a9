import { readFileSync } from 'node:fs';

const CLAIM = /^([A-Za-z][\w-]{0,49})=(public|unsafe)\.([^\s,=]{1,100})$/;
const MAX_CLAIMS = 20;
/** What the token itself says, or a standard gives another meaning. */
const TAKEN = new Set([
  'iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'sid', 'org_id', 'org_role', 'client_id', 'scope', 'cnf', 'act', 'may_act', 'auth_time', 'acr', 'amr',
  'roles', 'groups', 'entitlements', 'email', 'email_verified', 'permissions',
]); // prettier-ignore

/** A field of a person that access tokens carry. */
export interface ClaimSetting {
  readonly claim: string;
  readonly kind: 'public' | 'unsafe';
  readonly field: string;
}

/** Claims such as `plan=public.plan`, joined by commas. */
export function tokenClaims(value: string): ClaimSetting[] {
  const texts = value
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '');
  if (texts.length > MAX_CLAIMS) throw new Error(`expected at most ${MAX_CLAIMS} claims`);
  const claims = texts.map((text) => {
    const [, claim = '', kind, field = ''] = CLAIM.exec(text) ?? [];
    if (kind !== 'public' && kind !== 'unsafe')
      throw new Error(`expected claims such as plan=public.plan or theme=unsafe.theme, not ${text}`);
    if (TAKEN.has(claim)) throw new Error(`the claim ${claim} has a meaning of its own`);
    return { claim, kind, field } as const;
  });
  const names = claims.map(({ claim }) => claim);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`the claim ${twice} is named twice`);
  return claims;
}

/** JSON schemas of what may be stored about people, by kind. */
export type MetadataSchemas = Readonly<Partial<Record<'public' | 'private' | 'unsafe', object>>>;

/** The path of a JSON file with a JSON schema for each of `public`, `private` and `unsafe`, or for some of them. */
export function metadataSchemas(path: string): MetadataSchemas {
  if (path === '') return {};
  let schemas: unknown;
  try {
    schemas = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new Error('expected the path of a JSON file that can be read');
  }
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  const kinds = ['public', 'private', 'unsafe'];
  const isRight =
    isObject(schemas) &&
    Object.entries(schemas as object).every(([kind, schema]) => kinds.includes(kind) && isObject(schema));
  if (!isRight) throw new Error(`expected an object with JSON schemas for ${kinds.join(', ')}`);
  return schemas as MetadataSchemas;
}
