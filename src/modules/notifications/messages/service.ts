import type { AccessLists } from '#modules/authorization/contract.ts';
import { createMessageAccess } from './access.ts';
import { createCompose, type ComposeNeeds } from './compose.ts';
import { messageHandlers } from './handlers.ts';
import { createMessageRequests, type MessageRequestsNeeds } from './messages.ts';
import { messageRoutes } from './routes.ts';
import { createRetention } from './retention.ts';
import { createSend } from './send.ts';

export interface MessagesNeeds extends ComposeNeeds, Omit<MessageRequestsNeeds, 'compose'> {
  readonly accessLists: AccessLists;
  /** Days after which messages that have ended are deleted; 0: never. */
  readonly days: number;
}

/** Messages: how they are accepted, read, cancelled, archived and shared. */
export function createMessages(needs: MessagesNeeds) {
  const compose = createCompose(needs);
  const requests = createMessageRequests({ ...needs, compose });
  const access = createMessageAccess(needs);
  return {
    compose,
    send: createSend({ compose, sealing: needs.sealing }),
    rule: access.rule,
    handlers: messageHandlers(requests, needs.channels),
    deleteOld: createRetention(needs),
    routes: messageRoutes(requests, access),
  };
}
