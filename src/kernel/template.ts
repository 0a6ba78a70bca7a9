import type { Language } from './language.ts';

/** Liquid. The body is HTML; channels other than e-mail get it as plain text. */
interface TemplateWords {
  readonly subject: string;
  readonly body: string;
  /** Plain text for SMS, as short as it can be: each 70 letters of Persian, or 160 of English, are paid for. */
  readonly sms?: string;
}

/** One message that a module sends, in every language of the program: an entry of the module's `templates.json`. */
export type MessageTemplate = Readonly<Record<Language, TemplateWords>> & {
  /** Channels that the message can be sent over, such as `email` and `inApp`. */
  readonly channels: readonly string[];
  /**
   * Every variable of the texts, with a sample value: for previews, for checks at the start, and for the types of
   * `send`.
   */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whether the texts may hold conditions and loops. Default: no. */
  readonly allowsLogic?: boolean;
};

/** A module's `templates.json`: templates by name. Each name begins with the module's name and a full stop. */
export type TemplateSet = Readonly<Record<string, MessageTemplate>>;
