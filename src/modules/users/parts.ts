import type { CodeMail } from './code-mail.ts';
import type { Codes } from './codes.ts';
import type { Devices } from './devices.ts';
import type { Passwords } from './passwords.ts';
import type { RefreshTokens } from './refresh.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { AccessTokens } from './tokens.ts';
import type { UsersNeeds } from './needs.ts';
import type { PasswordRules } from './password-rules.ts';

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
