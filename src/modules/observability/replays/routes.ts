import { Page, pageErrors, PageQuery } from '#kernel/page.ts';
import { ById } from '#kernel/schema.ts';
import type { Routes } from '#platform/module.ts';
import { NewReplay, observabilityErrors, observabilityPermissions, Replay, ReplayStarted } from '../contract.ts';
import type { Replays } from './service.ts';

const { read, manage } = observabilityPermissions;

const STARTS = [
  {
    box: 'outbox',
    operationId: 'replayOutbox',
    summary: 'Replay failed messages of the outbox',
    about: 'Publishes events again that the broker refused. Without a broker there are none.',
  },
  {
    box: 'inbox',
    operationId: 'replayInbox',
    summary: 'Replay failed messages of the inbox',
    about: 'Calls the consumers again that failed. What a consumer has done already is not done twice.',
  },
  {
    box: 'work',
    operationId: 'replayWork',
    summary: 'Replay failed work',
    about: 'Runs other work items again that used their attempts.',
  },
] as const;

export function replayRoutes(replays: Replays): Routes {
  return async (http) => {
    for (const { box, operationId, summary, about } of STARTS)
      http.post(
        `/observability/orchestration/replay/${box}`,
        {
          config: { access: manage },
          schema: {
            operationId,
            summary,
            description: `${about} Oldest first; those of one key go one after the other. The answer names the operation:
              \`GET /observability/replays/{id}\` shows how it ends.`,
            body: NewReplay,
            response: { 202: ReplayStarted },
          },
        },
        async ({ actor, body }, reply) => reply.code(202).send(await replays.begin(actor, box, body)),
      );

    http.get(
      '/observability/replays',
      {
        config: { access: read, errors: Object.values(pageErrors) },
        schema: {
          operationId: 'listReplays',
          summary: 'List replays',
          description: 'Of the last 90 days, newest first.',
          querystring: PageQuery,
          response: { 200: Page(Replay) },
        },
      },
      ({ query }) => replays.list(query),
    );

    http.get(
      '/observability/replays/:id',
      {
        config: { access: read, errors: [observabilityErrors.replayNotFound] },
        schema: {
          operationId: 'getReplay',
          summary: 'Get the result of a replay',
          description: 'How many of its messages succeeded, failed again, or are still running.',
          params: ById,
          response: { 200: Replay },
        },
      },
      ({ params }) => replays.get(params.id),
    );
  };
}
