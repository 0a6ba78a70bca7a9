import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { DeliveryAttempt, Notification } from '#client';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Badge, type State } from '#app/ui/badge.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts, Section } from '#app/ui/facts.tsx';
import { Time } from '#app/ui/time.tsx';
import { AskButton } from '../ask.tsx';
import { LOOKS } from '../kinds.ts';
import { words as shared } from '../words.ts';
import { Recipient } from './address.tsx';
import { nameOf } from './name.tsx';
import { archiveMessage, cancelMessage, messageQuery, MESSAGES } from './queries.ts';
import { words } from './words.ts';

const OUTCOMES: Readonly<Record<DeliveryAttempt['outcome'], State>> = {
  sent: 'ok',
  deferred: 'warn',
  bounced: 'bad',
  error: 'bad',
  lost: 'warn',
};

export function MessageDrawer(row: RowDrawerProps) {
  const say = useTexts(words);
  const queries = useQueryClient();
  return (
    <RowDrawer
      {...row}
      isWide
      title={(message) => (message ? nameOf(message, say.noSubject) : say.title)}
      query={useQuery(messageQuery(row.id, queries))}
      permission="notifications.read"
    >
      {(message) => (
        <>
          <MessageFacts message={message} />
          <div className="grid gap-5 px-5 py-4">
            <Attempts attempts={message.attempts} />
            <Actions message={message} onGone={() => row.onGo(undefined)} />
          </div>
        </>
      )}
    </RowDrawer>
  );
}

function MessageFacts({ message }: { readonly message: Notification }) {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  const { status, statusReason, channel, recipient, subject, category, priority, language } = message;
  const times = [
    [say.heldUntil, message.heldUntil],
    [say.scheduledFor, message.scheduledAtUtc],
    [say.created, message.createdAt],
    [say.sentAt, message.sentAt],
    [say.deliveredAt, message.deliveredAt],
  ] as const;
  return (
    <Facts>
      <Fact name={kinds.status}>
        <span className="inline-flex flex-wrap items-center gap-2">
          <Badge state={LOOKS[status]}>{kinds.statuses[status]}</Badge>
          {statusReason !== null && <span className="text-ink2">{say.reasons[statusReason] ?? statusReason}</span>}
        </span>
      </Fact>
      <Fact name={kinds.channel}>{kinds.channels[channel]}</Fact>
      <Fact name={say.recipient}>
        <Recipient channel={channel} recipient={recipient} />
      </Fact>
      <Fact name={say.subject}>
        {subject === '' || subject === message.template ? (
          <span className="text-ink3">{say.subjectHidden}</span>
        ) : (
          <bdi>{subject}</bdi>
        )}
      </Fact>
      <Fact name={say.template}>
        <TemplateOf message={message} />
      </Fact>
      <Fact name={say.category}>{kinds.categories[category] ?? category}</Fact>
      <Fact name={say.priority}>{say.priorities[priority]}</Fact>
      <Fact name={say.language}>
        <bdi>{kinds.languages[language] ?? language}</bdi>
      </Fact>
      {times.map(
        ([name, at]) =>
          at !== null && (
            <Fact key={name} name={name}>
              <Time at={at} as="second" />
            </Fact>
          ),
      )}
      <Fact name={kinds.id}>
        <Copyable name={kinds.id} value={message.id} />
      </Fact>
    </Facts>
  );
}

function TemplateOf({ message: { template, templateId, templateRevision } }: { readonly message: Notification }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { can } = useMe();
  if (template === null) return <span className="text-ink3">{say.rawText}</span>;
  return (
    <span className="grid">
      {templateId !== null && can('notifications.templates.manage') ? (
        <Link
          to="/notifications/templates"
          search={{ open: templateId }}
          className="text-kashi justify-self-start underline"
        >
          <bdi>{template}</bdi>
        </Link>
      ) : (
        <bdi>{template}</bdi>
      )}
      {templateRevision !== null && (
        <span className="text-meta text-ink3">{say.revision(fmt.number(templateRevision))}</span>
      )}
    </span>
  );
}

function Attempts({ attempts }: { readonly attempts: readonly DeliveryAttempt[] }) {
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    <Section title={say.attempts}>
      {attempts.length === 0 && <p className="text-ink3">{say.noAttempts}</p>}
      <ol className="grid gap-2">
        {attempts.map((attempt) => (
          <li key={attempt.number} className="border-line grid gap-1 rounded-lg border px-3 py-2">
            <div className="flex flex-wrap items-center gap-2">
              <span className="font-medium">{say.attempt(fmt.number(attempt.number))}</span>
              <Badge state={OUTCOMES[attempt.outcome]}>{say.outcomes[attempt.outcome]}</Badge>
              <span className="text-ink3 text-meta ms-auto">
                <Time at={attempt.startedAt} as="second" />
              </span>
            </div>
            <p className="text-ink2 text-meta">
              <bdi>{attempt.provider}</bdi> · {fmt.duration(attempt.durationMs)}
            </p>
            {attempt.error !== null && (
              <p dir="auto" className="text-bad text-meta [overflow-wrap:anywhere]">
                {attempt.error}
              </p>
            )}
            {attempt.messageId !== null && <Copyable name={say.providerId} value={attempt.messageId} />}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Actions({ message, onGone }: { readonly message: Notification; readonly onGone: () => void }) {
  const say = useTexts(words);
  const { can } = useMe();
  const { id, status } = message;
  const name = nameOf(message, say.noSubject);
  if (!can('notifications.write')) return null;
  return (
    <div className="flex flex-wrap gap-2 empty:hidden">
      {(status === 'pending' || status === 'scheduled') && (
        <AskButton
          action={say.cancel}
          title={say.cancelTitle}
          text={say.cancelText(name)}
          cancel={say.keep}
          done={say.cancelled}
          run={() => cancelMessage(id)}
          stale={MESSAGES}
        />
      )}
      {status !== 'sending' && status !== 'archived' && (
        <AskButton
          action={say.archive}
          title={say.archiveTitle}
          text={say.archiveText(name)}
          cancel={say.keep}
          done={say.archived}
          run={() => archiveMessage(id)}
          stale={MESSAGES}
          onDone={onGone}
        />
      )}
    </div>
  );
}
