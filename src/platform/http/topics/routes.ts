import { Type } from 'typebox';
import type { Actor } from '#kernel/access.ts';
import type { Routes } from '#platform/module.ts';
import { enforce } from '../access.ts';
import { httpErrors, type StreamEvent, type Topic } from '../port.ts';

const MAX_TOPICS = 20;

/** One stream for all that a page follows: browsers open few connections to one server. */
export function topicRoutes(topics: readonly Topic[]): Routes {
  const byName = new Map(topics.map((topic) => [topic.name, topic]));
  const Wanted = Type.Object({
    topics: Type.String({
      maxLength: 1000,
      pattern: '^[A-Za-z.]+(,[A-Za-z.]+)*$',
      description: `Names, joined by commas; at most ${MAX_TOPICS}`,
      examples: topics.slice(0, 1).map(({ name }) => name),
    }),
  });

  /** @throws `http.forbidden`, `http.topic_unknown` */
  function choose(actor: Actor, names: readonly string[]): Topic[] {
    const known = names.flatMap((name) => byName.get(name) ?? []);
    for (const { access } of known)
      enforce('GET', { access, apiKeys: undefined, recent: false, impersonation: undefined }, actor);
    const unknown = names.find((name) => !byName.has(name)) ?? names[MAX_TOPICS];
    if (unknown !== undefined) throw httpErrors.topicUnknown({ topic: unknown, known: [...byName.keys()] });
    return known;
  }

  return async (http) => {
    http.get(
      '/stream',
      {
        config: {
          access: 'user',
          errors: [httpErrors.forbidden, httpErrors.topicUnknown, httpErrors.tooManyStreams, httpErrors.overloaded],
        },
        schema: {
          operationId: 'followTopics',
          summary: 'Follow what changes',
          description: `Server-sent events of several topics over one connection. The name of an event is that of its topic
            with a word behind it, such as \`notifications.inbox.unread\`. Each topic begins with its state. Ends within a
            second after you have lost the permission for one of them. Topics: ${topics.map(toLine).join('; ')}.`,
          querystring: Wanted,
          response: { 200: { content: { 'text/event-stream': { schema: Type.String() } } } },
        },
      },
      ({ actor, query, headers }, reply) => {
        const chosen = choose(actor, [...new Set(query.topics.split(','))]);
        const lastIds = new URLSearchParams(headers['last-event-id']?.toString() ?? '');
        reply.streamEvents(
          (ended) => joined(chosen, actor, lastIds, ended),
          chosen.map(({ access }) => access),
        );
      },
    );
  };
}

function toLine({ name, access, about }: Topic): string {
  return `\`${name}\` (${access === 'user' ? 'everybody' : access.code}): ${about}`;
}

/** The events of all topics, as they come. An id names the place in each topic that has places. */
async function* joined(
  topics: readonly Topic[],
  actor: Actor,
  lastIds: URLSearchParams,
  ended: AbortSignal,
): AsyncGenerator<StreamEvent> {
  const places = new URLSearchParams();
  const over = new AbortController();
  const signal = AbortSignal.any([ended, over.signal]);
  const come: { readonly name: string; readonly result: IteratorResult<StreamEvent>; readonly next: () => void }[] = [];
  let { promise: something, resolve: wake } = Promise.withResolvers<void>();
  let fail: { readonly error: unknown } | null = null;
  const sources = topics.map((topic) => {
    const { name } = topic;
    const lastId = lastIds.get(name);
    if (lastId !== null) places.set(name, lastId);
    const events = topic.open(actor, lastId, signal)[Symbol.asyncIterator]();
    const next = () =>
      void events.next().then(
        (result) => {
          come.push({ name, result, next });
          wake();
        },
        (error: unknown) => {
          fail = { error };
          wake();
        },
      );
    return { events, next };
  });
  for (const { next } of sources) next();
  try {
    for (let left = sources.length; left > 0;) {
      const found = come.shift(); // in the order in which they came
      if (fail) throw (fail as { readonly error: unknown }).error;
      if (!found) {
        await something;
        ({ promise: something, resolve: wake } = Promise.withResolvers<void>());
        continue;
      }
      const { name, result, next } = found;
      if (result.done) {
        left--;
        continue;
      }
      const { event, id, data } = result.value;
      if (id !== null) places.set(name, id);
      yield { event: `${name}.${event}`, id: id === null ? null : places.toString(), data };
      next();
    }
  } finally {
    over.abort(); // one that has failed ends all
    await Promise.allSettled(sources.map(async ({ events }) => events.return?.()));
  }
}
