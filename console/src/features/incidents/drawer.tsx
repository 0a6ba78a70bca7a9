import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { AlertRule, Incident } from '#client';
import { LevelMark } from '#app/features/logs/level.tsx';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { PersonName } from '#app/people/name.tsx';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button, buttonClass } from '#app/ui/button.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts, Section } from '#app/ui/facts.tsx';
import { Field } from '#app/ui/form/field.tsx';
import { FormFailure } from '#app/ui/form/form.tsx';
import { Time } from '#app/ui/time.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { OpensWhen, SeverityMark, StatusBadge } from './marks.tsx';
import { incidentQuery, relatedQuery, ruleQuery, useChangeIncident, type IncidentChange } from './queries.ts';
import { toRelated } from './related.ts';
import { words } from './words.ts';

export function IncidentDrawer(row: RowDrawerProps) {
  const say = useTexts(words);
  return (
    <RowDrawer
      {...row}
      isWide
      title={(incident) => incident?.title ?? say.incident}
      query={useQuery(incidentQuery(row.id))}
      permission="logging.alerts.manage"
    >
      {(incident) => (
        <div className="grid gap-5 pb-6">
          <IncidentFacts incident={incident} />
          <div className="grid gap-5 px-5">
            <Actions key={incident.id} incident={incident} />
            <Related incident={incident} />
            <History incident={incident} />
          </div>
        </div>
      )}
    </RowDrawer>
  );
}

function IncidentFacts({ incident }: { readonly incident: Incident }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { services, service, ruleId, groupValue, silencedBy } = incident;
  const { data: rule } = useQuery({ ...ruleQuery(ruleId ?? ''), enabled: ruleId !== null });
  const names = services.length > 0 ? services : service === null ? [] : [service];
  return (
    <Facts>
      <Fact name={rule ? say.opensWhen : say.what}>
        {rule ? <OpensWhen rule={rule} /> : <bdi>{incident.description}</bdi>}
      </Fact>
      <Fact name={say.status}>
        <StatusBadge incident={incident} />
      </Fact>
      <Fact name={say.severity}>
        <SeverityMark severity={incident.severity} />
      </Fact>
      <Fact name={say.count}>{fmt.number(incident.count)}</Fact>
      <Fact name={say.opened}>
        <Time at={incident.openedAt} as="second" />
      </Fact>
      <Fact name={say.lastSeen}>
        <Time at={incident.lastSeenAt} as="second" />
      </Fact>
      {names.length > 0 && (
        <Fact name={say.service}>
          <bdi>{fmt.list(names)}</bdi>
        </Fact>
      )}
      {groupValue !== '' && (
        <Fact name={say.group}>
          <Copyable name={say.group} value={groupValue} />
        </Fact>
      )}
      <Fact name={say.rule}>
        {ruleId === null ? (
          say.own
        ) : (
          <Link to="." search={{ tab: 'rules', open: ruleId }} className="text-kashi underline">
            <bdi>{rule?.name ?? ruleId}</bdi>
          </Link>
        )}
      </Fact>
      <Fact name={say.notified}>
        {incident.notifiedAt === null ? (
          silencedBy === null ? (
            say.notYet
          ) : (
            say.silenced
          )
        ) : (
          <Time at={incident.notifiedAt} />
        )}
      </Fact>
      <Fact name={say.id}>
        <Copyable name={say.id} value={incident.id} />
      </Fact>
    </Facts>
  );
}

/** What people say about it. A note is kept in the history. */
function Actions({ incident: { id, status, fingerprint } }: { readonly incident: Incident }) {
  const say = useTexts(words);
  const { can } = useMe();
  const tell = useToast();
  const change = useChangeIncident();
  const [note, setNote] = useState('');
  if (!can('logging.alerts.manage') || status === 'resolved') return null;
  const run = (verb: IncidentChange['verb']) =>
    change.mutate(
      { id, verb, note },
      {
        onSuccess: () => {
          setNote('');
          tell(verb === 'acknowledge' ? say.acknowledged : say.resolved);
        },
      },
    );
  return (
    <div className="border-line grid gap-3 rounded-xl border p-4">
      <Field label={say.note} help={say.noteHelp}>
        {(described) => (
          <textarea
            {...described}
            name="note"
            dir="auto"
            rows={2}
            maxLength={1000}
            value={note}
            onChange={({ target }) => setNote(target.value)}
            className="control py-1.5"
          />
        )}
      </Field>
      <FormFailure error={change.error} />
      <div className="flex flex-wrap gap-2">
        {status === 'open' && (
          <Button look="primary" disabled={change.isPending} onClick={() => run('acknowledge')}>
            {say.acknowledge}
          </Button>
        )}
        <Button disabled={change.isPending} onClick={() => run('resolve')}>
          {say.resolve}
        </Button>
        <Link to="." search={{ tab: 'silences', open: 'new', fingerprint }} className={buttonClass('quiet')}>
          {say.silence}
        </Link>
      </div>
    </div>
  );
}

/** The newest lines that its rule matches, of the time from just before it opened until it was seen last. */
function Related({ incident }: { readonly incident: Incident }) {
  const { can } = useMe();
  const { ruleId } = incident;
  const { data: rule, error } = useQuery({ ...ruleQuery(ruleId ?? ''), enabled: ruleId !== null });
  if (!can('logging.events.read') || (ruleId !== null && !rule && !error)) return null;
  return <RelatedLines incident={incident} rule={rule ?? null} />;
}

function RelatedLines({ incident, rule }: { readonly incident: Incident; readonly rule: AlertRule | null }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { query, from, to } = toRelated(incident, rule);
  const { data, error } = useQuery(relatedQuery(query, from, to));
  return (
    <Section title={say.related}>
      {error && <FormFailure error={error} />}
      {data?.items.length === 0 && <p className="text-ink3">{say.noRelated}</p>}
      {data && data.items.length > 0 && (
        <ul className="border-line divide-line divide-y rounded-xl border">
          {data.items.map(({ id, timestampUtc, level, message }) => (
            <li key={id}>
              <Link
                to="/logs"
                search={{ query, from, to, open: id }}
                className="hover:bg-raised flex min-h-8 flex-wrap items-center gap-x-3 px-3 py-1 -outline-offset-2!"
              >
                <time dateTime={timestampUtc} className="text-meta text-ink3 whitespace-nowrap">
                  {fmt.line(timestampUtc)}
                </time>
                <LevelMark level={level} />
                <span dir="auto" className="min-w-0 flex-1 basis-60 truncate font-mono text-[12px] text-parent">
                  {message}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      <Link to="/logs" search={{ query, from, to }} className={`${buttonClass()} justify-self-start`}>
        {say.inLogs}
      </Link>
    </Section>
  );
}

function History({ incident: { timeline } }: { readonly incident: Incident }) {
  const say = useTexts(words);
  return (
    <Section title={say.history}>
      <ol className="border-line ms-1 grid gap-3 border-s ps-4">
        {timeline.toReversed().map(({ at, kind, actorId, note }) => (
          <li key={`${at} ${kind}`} className="grid gap-0.5">
            <span className="flex flex-wrap items-center gap-x-3">
              <span className="font-medium">{say.steps[kind]}</span>
              <span className="text-meta text-ink3">
                <Time at={at} as="second" />
              </span>
            </span>
            {actorId !== null && (
              <span className="text-meta text-ink3">
                <PersonName id={actorId} />
              </span>
            )}
            {note !== null && (
              <p dir="auto" className="text-ink2 [overflow-wrap:anywhere] whitespace-pre-wrap">
                {note}
              </p>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}
