/**
 * Asks the client of a request for something that is dear for programs that send thousands: work of its processor, or the
 * word of a service that has watched the browser.
 */
export interface BotCheck {
  readonly kind: BotCheckKind;
  /** Of the page that asks the service; null where there is none. */
  readonly siteKey: string | null;
  /** What the client has to solve; null where the service gives it. */
  challenge(): Promise<BotChallenge | null>;
  /**
   * What is unique to a good proof, which counts once; null for one that is bad or over.
   * @throws {BotCheckAway} when the service cannot be asked
   */
  verify(proof: string, ip: string | null): Promise<string | null>;
}

export type BotCheckKind = 'none' | 'altcha' | 'turnstile';

/** As the ALTCHA widget reads it. */
export interface BotChallenge {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly signature: string;
}

/** The service that checks proofs gave no answer. */
export class BotCheckAway extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BotCheckAway';
  }
}
