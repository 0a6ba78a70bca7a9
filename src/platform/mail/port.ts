/** One e-mail to one person, rendered and ready. */
export interface Mail {
  /** The sender's key: a repetition carries the same, so that a receiver can tell. Becomes the Message-ID. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** Beyond those that every mail has, such as `List-Unsubscribe`; a line break in one adds no other. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the server said. `deferred` may be tried again, `bounced` is final. Trouble on the way is thrown. */
export type MailResult =
  | { readonly outcome: 'sent'; readonly messageId: string }
  | { readonly outcome: 'deferred'; readonly error: string }
  /** `isAddressDead`: no mail will ever reach this address; else only this one was not taken. */
  | { readonly outcome: 'bounced'; readonly error: string; readonly isAddressDead: boolean };

/** Trouble on the way: nothing was heard, or the server refuses us. Says nothing about the mail. */
export class MailFailed extends Error {
  /** False when the mail certainly was not taken: then another server may be asked at once. */
  readonly mayHaveArrived: boolean;

  constructor(message: string, mayHaveArrived: boolean, cause: unknown) {
    super(message, { cause });
    this.name = 'MailFailed';
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** Hands mail over to whoever delivers it. Every implementation passes `conformance.ts`. */
export interface MailPort {
  /**
   * What becomes `unwanted` before it was handed over is withdrawn where that can be done, and `deferred`.
   * @throws {MailFailed}
   */
  send(mail: Mail, unwanted?: AbortSignal): Promise<MailResult>;
}
