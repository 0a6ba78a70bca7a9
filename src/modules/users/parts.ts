import type { CodeMail } from './codes/code-mail.ts';
import type { Codes } from './codes/codes.ts';
import type { Devices } from './devices/service.ts';
import type { Passwords } from './passwords/hashing.ts';
import type { RefreshTokens } from './sessions/refresh-tokens.ts';
import type { SigningKeys } from './sessions/signing-keys.ts';
import type { AccessTokens } from './sessions/access-tokens.ts';
import type { UsersNeeds } from './needs.ts';
import type { PasswordRules } from './passwords/rules.ts';

/** What the module is given, with the pieces that several use cases share. */
export interface UsersParts extends UsersNeeds {
  readonly passwords: Passwords;
  readonly passwordRules: PasswordRules;
  readonly codes: Codes;
  readonly sendCode: CodeMail;
  readonly devices: Devices;
  readonly signingKeys: SigningKeys;
  readonly tokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
}
