import type { PageQuery, toPage } from '#kernel/page.ts';
import type { AnyUnit } from '#platform/database/port.ts';

/**
 * Where a message waits. `inbox`: an event whose consumer failed. `outbox`: an event that the broker refused. `work`: any
 * other work item.
 */
export type MessageBox = 'inbox' | 'outbox' | 'work';

/** `failed`: its attempts are used, and it waits for an operator. `retrying`: it is tried again by itself. */
export type MessageState = 'failed' | 'retrying';

export interface MessageFailure {
  readonly at: string;
  /** 0: the delivery before the event was parked. */
  readonly attempt: number;
  readonly error: string;
}

/** A message whose last attempt failed. */
export interface FailedMessageRow {
  readonly id: string;
  readonly box: MessageBox;
  readonly state: MessageState;
  /** Of the event; for other work the name of the queue. */
  readonly type: string;
  /** The consumer that failed; null for everything but the inbox. */
  readonly consumer: string | null;
  /** Later messages with this key wait behind it. */
  readonly key: string | null;
  readonly attempt: number;
  readonly error: string;
  /** When it failed last; null for one that failed before this was recorded. */
  readonly failedAt: string | null;
}

/** All that is known of such a message. */
export interface OpenedMessage extends FailedMessageRow {
  /** Oldest first, the last 20. Empty for a message that failed before they were recorded. */
  readonly failures: readonly MessageFailure[];
  readonly queue: string;
  readonly ref: string;
  readonly requestId: string;
  readonly traceparent: string | null;
  /** Later messages of its key, counted up to 10,001. */
  readonly waitingBehind: number;
  /** Null for other work, and for an event that is no longer in the log. */
  readonly event: { readonly id: string; readonly key: string; readonly at: string; readonly body: unknown } | null;
}

/** Messages that match all parts. */
export interface FailedMessageFilter {
  readonly types?: readonly string[];
  readonly consumers?: readonly string[];
  /** A part of the last error, in any case. */
  readonly error?: string;
  readonly olderThanSeconds?: number;
  readonly newerThanSeconds?: number;
  readonly ids?: readonly string[];
}

export interface MessageQuery extends PageQuery, FailedMessageFilter {
  readonly box: MessageBox;
  readonly state: MessageState;
}

/** What an operator does with messages that failed. */
export interface FailedMessages {
  list(query: MessageQuery): Promise<ReturnType<typeof toPage<FailedMessageRow>>>;
  find(id: string): Promise<OpenedMessage | undefined>;
  /** Ids of failed messages, oldest first, without `except`; locked until the unit ends. */
  select(
    unit: AnyUnit,
    box: MessageBox,
    filter: FailedMessageFilter,
    take: number,
    except: readonly string[],
  ): Promise<string[]>;
  /**
   * Makes those that are failed due now, in the low lane and with all their attempts. The inbox keeps effects from
   * happening twice, and the key keeps the order.
   */
  release(unit: AnyUnit, ids: readonly string[]): Promise<void>;
  /** By id; one that is not there has succeeded, or was discarded. */
  statesOf(unit: AnyUnit, ids: readonly string[]): Promise<ReadonlyMap<string, 'failed' | 'running'>>;
  /**
   * Drops a failed message for good, and lets the later ones of its key go on. An event counts as
   * handled: by its consumer, and one of the outbox by all of them.
   * Null when it is not there; false when it is not failed.
   */
  discard(unit: AnyUnit, id: string): Promise<FailedMessageRow | false | null>;
}
