import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { FailedMessageDetails } from '#client';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Button } from '#app/ui/button.tsx';
import { Code, Json } from '#app/ui/code.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts, Section } from '#app/ui/facts.tsx';
import { FormFailure, TextField, useFields } from '#app/ui/form/form.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Time } from '#app/ui/time.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { useStart } from './ask.tsx';
import { messageQuery, useDiscard } from './queries.ts';
import { words } from './words.ts';

interface MessageDrawerProps extends RowDrawerProps {
  readonly onStarted: (replayId: string) => void;
}

export function MessageDrawer({ onStarted, ...row }: MessageDrawerProps) {
  const say = useTexts(words);
  return (
    <RowDrawer
      {...row}
      isWide
      title={(message) => message?.type ?? say.title}
      query={useQuery(messageQuery(row.id))}
      permission="observability.read"
    >
      {(message) => <Message key={message.id} message={message} onStarted={onStarted} onGo={row.onGo} />}
    </RowDrawer>
  );
}

interface MessageProps extends Pick<MessageDrawerProps, 'onStarted' | 'onGo'> {
  readonly message: FailedMessageDetails;
}

function Message({ message, onStarted, onGo }: MessageProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { can } = useMe();
  const { id, box, state, type, consumer, key, attempt, error, waitingBehind, payload, headers, failures } = message;
  const start = useStart(onStarted);
  const canAct = can('observability.manage') && state === 'failed';
  return (
    <div className="grid gap-5 pb-6">
      <p className="flex items-start gap-3 px-5 pt-4 text-[15px]">
        <Badge state={state === 'failed' ? 'bad' : 'warn'}>{say.states[state]}</Badge>
        {say[state === 'failed' ? 'gaveUp' : 'goesOn'](fmt.number(attempt))}
        {waitingBehind > 0 && ` ${say.behindCount(fmt.number(waitingBehind))}`}
      </p>
      <Facts>
        {message.failedAt !== null && (
          <Fact name={say.failedAt}>
            <Time at={message.failedAt} as="second" />
          </Fact>
        )}
        <Fact name={say.type}>
          <Narrow value={type} filter={{ type }} />
        </Fact>
        {consumer !== null && (
          <Fact name={say.consumer}>
            <Narrow value={consumer} filter={{ consumer }} />
          </Fact>
        )}
        {key !== null && (
          <Fact name={say.key}>
            <Copyable name={say.key} value={key} />
          </Fact>
        )}
        <Headers headers={headers} />
        <Fact name={say.id}>
          <Copyable name={say.id} value={id} />
        </Fact>
      </Facts>
      <div className="grid gap-5 px-5">
        {canAct && (
          <p>
            <Button look="primary" onClick={() => start({ box, filter: { ids: [id] }, take: 1 })}>
              <Icon name="replay" />
              {say.replayOne}
            </Button>
          </p>
        )}
        <Section title={say.lastError}>
          <Code name={say.lastError} text={error} />
        </Section>
        {failures.length > 0 && (
          <Section title={say.failures}>
            <Failures failures={failures} />
          </Section>
        )}
        <Section title={say.payload}>
          {payload === null ? (
            <p className="text-ink3">{box === 'work' ? say.workPayload : say.noPayload}</p>
          ) : (
            <Json name={say.payload} value={payload} />
          )}
        </Section>
        {canAct && <DiscardForm id={id} onDone={() => onGo(undefined)} />}
      </div>
    </div>
  );
}

/** Where the message comes from. */
function Headers({ headers }: Pick<FailedMessageDetails, 'headers'>) {
  const say = useTexts(words);
  const { can } = useMe();
  const { eventId, publishedAt, requestId, traceparent, queue, ref } = headers;
  const [, trace] = traceparent?.split('-') ?? [];
  const ids = [
    [say.eventId, eventId],
    [say.request, requestId],
    [say.queue, queue],
    [say.ref, ref],
  ] as const;
  return (
    <>
      {publishedAt !== null && (
        <Fact name={say.published}>
          <Time at={publishedAt} as="second" />
        </Fact>
      )}
      {ids.map(
        ([name, value]) =>
          value && (
            <Fact key={name} name={name}>
              <Copyable name={name} value={value} />
            </Fact>
          ),
      )}
      {trace !== undefined && (
        <Fact name={say.trace}>
          <span className="flex flex-wrap items-baseline gap-x-3">
            <Copyable name={say.trace} value={trace} />
            {can('logging.events.read') && (
              <Link
                to="/logs"
                search={{ query: `trace:${trace}`, range: '7d' }}
                className="text-kashi min-h-6 hover:underline"
              >
                {say.seeLogs}
              </Link>
            )}
          </span>
        </Fact>
      )}
    </>
  );
}

function Narrow({ value, filter }: { readonly value: string; readonly filter: Readonly<Record<string, string>> }) {
  const say = useTexts(words);
  return (
    <span className="flex flex-wrap items-baseline gap-x-3">
      <Copyable name={value} value={value} />
      <Link
        to="."
        search={(before: object) => ({ ...before, ...filter, cursor: undefined, open: undefined })}
        className="text-kashi min-h-6 hover:underline"
      >
        {say.onlyThis}
      </Link>
    </span>
  );
}

function Failures({ failures }: Pick<FailedMessageDetails, 'failures'>) {
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    <ol className="border-line divide-line divide-y rounded-lg border">
      {failures
        .map(({ at, attempt, error }) => (
          <li key={`${at} ${attempt}`} className="grid gap-0.5 px-3 py-2">
            <span className="text-meta text-ink3 flex flex-wrap justify-between gap-2">
              {attempt === 0 ? say.first : say.attempt(fmt.number(attempt))}
              <Time at={at} as="second" />
            </span>
            <bdi className="[overflow-wrap:anywhere]">{error}</bdi>
          </li>
        ))
        .toReversed()}
    </ol>
  );
}

/** Not reversible: its reason goes into the audit trail. */
function DiscardForm({ id, onDone }: { readonly id: string; readonly onDone: () => void }) {
  const say = useTexts(words);
  const tell = useToast();
  const form = useFields({ reason: '' });
  const discard = useDiscard();
  const send = form.handleSubmit(({ reason }) =>
    discard.mutate(
      { id, reason },
      {
        onSuccess: () => {
          tell(say.discarded);
          onDone();
        },
      },
    ),
  );
  return (
    <form noValidate onSubmit={(event) => void send(event)} className="border-line grid gap-3 border-t pt-4">
      <h2 className="text-bad font-semibold">{say.discardTitle}</h2>
      <p className="text-ink2">{say.discardText}</p>
      <TextField
        form={form}
        name="reason"
        label={say.reason}
        maxLength={500}
        rules={{ validate: (reason) => reason.trim() !== '' || say.reasonMissing }}
      />
      <FormFailure error={discard.error} />
      <p>
        <Button type="submit" look="danger" disabled={discard.isPending}>
          {say.discard}
        </Button>
      </p>
    </form>
  );
}
