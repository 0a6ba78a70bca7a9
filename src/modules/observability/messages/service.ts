import type { Actor } from '#kernel/access.ts';
import { withoutTables } from '#platform/database/port.ts';
import type { OpenedMessage } from '#platform/failed-messages/port.ts';
import { observabilityErrors, type FailedMessageDetails, type FailedMessageQuery } from '../contract.ts';
import type { ObservabilityNeeds } from '../needs.ts';
import type { Replays } from '../replays/service.ts';

interface MessagesNeeds extends ObservabilityNeeds {
  readonly replays: Pick<Replays, 'noteDiscarded'>;
}

/** What an operator does with single failed messages. */
export function createMessageService({ db, messages, replays }: MessagesNeeds) {
  /** Recorded: keys and errors tell about people too. */
  async function list(actor: Actor, query: FailedMessageQuery) {
    const { box = 'inbox', state = 'failed', type, consumer, ...rest } = query;
    const page = await messages.list({
      ...rest,
      box,
      state,
      ...(type !== undefined && { types: [type] }),
      ...(consumer !== undefined && { consumers: [consumer] }),
    });
    await db.write(actor, async ({ audit }) =>
      audit({
        action: 'observability.messages_listed',
        resourceType: 'message',
        resourceId: box,
        payload: { ...query },
      }),
    );
    return page;
  }

  /** Recorded: a payload tells about people. @throws `observability.message_not_found` */
  async function open(actor: Actor, id: string): Promise<FailedMessageDetails> {
    const message = await messages.find(id);
    if (!message) throw observabilityErrors.messageNotFound({ id });
    const { box, type, consumer } = message;
    await db.write(actor, async ({ audit }) =>
      audit({
        action: 'observability.message_opened',
        resourceType: 'message',
        resourceId: id,
        payload: { box, type, consumer },
      }),
    );
    return toDetails(message);
  }

  /** @throws `observability.message_not_found`; `observability.message_not_failed` */
  function discard(actor: Actor, id: string, { reason }: { readonly reason: string }): Promise<void> {
    return db.write(actor, async (unit) => {
      const message = await messages.discard(withoutTables(unit), id);
      if (message === null) throw observabilityErrors.messageNotFound({ id });
      if (message === false) throw observabilityErrors.messageNotFailed({ id });
      await replays.noteDiscarded(unit, id);
      const { box, type, consumer, key, error } = message;
      unit.audit({
        action: 'observability.message_discarded',
        resourceType: 'message',
        resourceId: id,
        payload: { reason, box, type, consumer, key, error },
      });
    });
  }

  return { list, open, discard };
}

export type MessageService = ReturnType<typeof createMessageService>;

function toDetails({ event, queue, ref, requestId, traceparent, failures, ...message }: OpenedMessage) {
  return {
    ...message,
    payload: event?.body ?? null,
    headers: {
      eventId: event?.id ?? null,
      eventKey: event?.key ?? null,
      publishedAt: event ? new Date(event.at).toISOString() : null,
      requestId,
      traceparent,
      queue,
      ref,
    },
    failures: [...failures],
  };
}
