import type { Language } from '#kernel/language.ts';

/** How this installation presents itself to people: in messages, authenticator apps, passkey prompts and pages. */
export interface Branding {
  /** One line of text, in each language. */
  readonly names: Readonly<Record<Language, string>>;
  /** What authenticator apps and passkey prompts show: the name that was given, else the host. */
  readonly signInName: string;
  /** What links in messages begin with, without a slash at the end. */
  readonly linkBase: string;
  readonly colors: BrandColors;
  /** Null: the name is shown instead. */
  readonly logo: Logo | null;
  /** The language of people who have chosen none, and of templates whose language is `default`. */
  readonly language: Language;
  /** IANA name: the zone of people who have chosen none. */
  readonly timeZone: string;
}

/** As `#rrggbb`. Each pair has a contrast of 4.5 at least (WCAG 2.2, AA). */
export interface BrandColors {
  /** For surfaces, such as a button. */
  readonly accent: string;
  /** For text on `accent`. */
  readonly onAccent: string;
  /** For text on paper: `accent`, or ink where that would be too faint. */
  readonly text: string;
}

/** Part of each mail that shows it: mail programs load no remote images, and many show no `data:` URLs. */
export interface Logo {
  readonly bytes: Buffer;
  readonly contentType: string;
  /** For pages that are not mails. */
  readonly dataUrl: string;
}

/** `Content-ID` of the logo: mails show `cid:` and this. */
export const LOGO_ID = 'logo@application';
