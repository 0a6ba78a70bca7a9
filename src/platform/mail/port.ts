/** One e-mail to one person, rendered and ready. */
export interface Mail {
  /** The sender's key: a repetition carries the same, so that a receiver can tell. Becomes the Message-ID. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
}

/** What the server said. `deferred` may be tried again, `bounced` is final. Trouble on the way is thrown. */
export type MailResult =
  | { readonly outcome: 'sent'; readonly messageId: string }
  | { readonly outcome: 'deferred' | 'bounced'; readonly error: string };

/** Hands mail over to whoever delivers it. Every implementation passes `conformance.ts`. */
export interface MailPort {
  send(mail: Mail): Promise<MailResult>;
}
