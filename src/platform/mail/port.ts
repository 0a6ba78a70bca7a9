/** One rendered e-mail to one recipient. */
export interface Mail {
  /** Chosen by the caller; a repetition has the same, so that receivers can detect it. Becomes the Message-ID. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** Further headers, such as `List-Unsubscribe`. A line break in a value adds no header. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The server's answer. `deferred` may be tried again, `bounced` is final. Failures of the connection are thrown. */
export type MailResult =
  | { readonly outcome: 'sent'; readonly messageId: string }
  /**
   * `isUnreached`: the server has certainly not taken the mail, and not because of the recipient. `isOurs`: our sender,
   * rights or server are the cause; health shows it, and another server may take the mail.
   */
  | {
      readonly outcome: 'deferred';
      readonly error: string;
      readonly isUnreached?: boolean;
      readonly isOurs?: boolean;
    }
  /**
   * `isAddressDead`: the address does not exist any more; else only this mail was refused. `mayPassElsewhere`: this server
   * lacks what the mail needs, or refuses it by policy; another one may take it.
   */
  | {
      readonly outcome: 'bounced';
      readonly error: string;
      readonly isAddressDead: boolean;
      readonly mayPassElsewhere?: boolean;
    };

/** The server did not answer, or refuses this client. Says nothing about the mail or its recipient. */
export class MailFailed extends Error {
  /** False when the server certainly has not accepted the mail: then another server may be used at once. */
  readonly mayHaveArrived: boolean;

  constructor(message: string, mayHaveArrived: boolean, cause: unknown) {
    super(message, { cause });
    this.name = 'MailFailed';
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** Sends mail. Every implementation passes the conformance suite `testing/conformance/mail.ts`. */
export interface MailPort {
  /**
   * When `cancel` aborts before the server has the mail, sending is given up if possible, and the result is `deferred`.
   * @throws {MailFailed}
   */
  send(mail: Mail, cancel?: AbortSignal): Promise<MailResult>;
}
