import { useState } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Silence } from '#client';
import type { Column } from '#app/list/columns.ts';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { ListPage } from '#app/list/page.tsx';
import { useListView } from '#app/list/view.ts';
import { PersonName } from '#app/people/name.tsx';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Button, buttonClass } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts } from '#app/ui/facts.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Empty } from '#app/ui/states.tsx';
import { Time } from '#app/ui/time.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { ruleQuery, SILENCES, silenceQuery, silencesQuery, toPageAsked, useEndSilence } from './queries.ts';
import { SilenceForm } from './silence-form.tsx';
import { words } from './words.ts';

const route = getRouteApi('/incidents');
const NEW = { tab: 'silences', open: 'new' } as const;

export function SilenceList() {
  const say = useTexts(words);
  const { cursor } = route.useSearch();
  const { can } = useMe();
  const view = useListView('silences');
  const asked = toPageAsked(cursor, view[0].size);
  const create = can('logging.alerts.manage') && (
    <Link to="." search={NEW} className={buttonClass('primary')}>
      <Icon name="plus" />
      {say.newSilence}
    </Link>
  );
  return (
    <ListPage
      title={say.tabs.silences}
      query={useQuery(silencesQuery(asked))}
      permission="logging.alerts.manage"
      call={{ path: SILENCES, query: { ...asked } }}
      view={view}
      idOf={({ id }) => id}
      nameTitle={say.reason}
      name={({ reason }) => <bdi>{reason}</bdi>}
      plainName={({ reason }) => reason}
      columns={useColumns()}
      actions={create}
      isFiltered={false}
      empty={say.emptySilences}
      emptyFiltered={say.emptySilences}
      drawer={(id, ids, onGo) =>
        id === 'new' ? (
          <SilenceForm onDone={() => onGo(undefined)} />
        ) : (
          <SilenceDrawer id={id} ids={ids} onGo={onGo} asked={asked} />
        )
      }
    />
  );
}

function useColumns(): readonly Column<Silence>[] {
  const say = useTexts(words);
  return [
    { key: 'state', title: say.status, cell: (silence) => <SilenceBadge silence={silence} />, isOnPhone: true },
    { key: 'holds', title: say.holdsFor, cell: (silence) => <Matcher silence={silence} />, isOnPhone: true },
    { key: 'starts', title: say.starts, cell: ({ startsAt }) => <Time at={startsAt} />, isExtra: true },
    { key: 'ends', title: say.ends, cell: ({ endsAt }) => <Time at={endsAt} /> },
    { key: 'repeats', title: say.repeats, cell: ({ repeats }) => say.repeat[repeats] },
  ];
}

function SilenceBadge({ silence: { startsAt, endsAt, repeats } }: { readonly silence: Silence }) {
  const say = useTexts(words);
  const now = Date.now();
  if (repeats !== 'never') return <Badge state="info">{say.silenceStates.repeats}</Badge>;
  if (Date.parse(startsAt) > now) return <Badge>{say.silenceStates.coming}</Badge>;
  return Date.parse(endsAt) > now ? (
    <Badge state="warn">{say.silenceStates.active}</Badge>
  ) : (
    <Badge>{say.silenceStates.over}</Badge>
  );
}

function Matcher({ silence: { ruleId, service, fingerprint } }: { readonly silence: Silence }) {
  const say = useTexts(words);
  const { data: rule } = useQuery({ ...ruleQuery(ruleId ?? ''), enabled: ruleId !== null });
  return (
    <span className="inline-flex flex-wrap gap-x-3">
      {ruleId !== null && (
        <span>
          {say.rule}: <bdi>{rule?.name ?? ruleId}</bdi>
        </span>
      )}
      {service !== null && (
        <span>
          {say.service}: <bdi>{service}</bdi>
        </span>
      )}
      {fingerprint !== null && (
        <span>
          {say.fingerprint}: <bdi className="font-mono text-[12px]">{fingerprint}</bdi>
        </span>
      )}
    </span>
  );
}

function SilenceDrawer({ asked, ...row }: RowDrawerProps & { readonly asked: ReturnType<typeof toPageAsked> }) {
  const say = useTexts(words);
  const queries = useQueryClient();
  const { can } = useMe();
  return (
    <RowDrawer
      {...row}
      title={(silence) => silence?.reason ?? say.silenceOne}
      query={useQuery(silenceQuery(row.id, queries, asked))}
      permission="logging.alerts.manage"
    >
      {(silence) =>
        silence === null ? (
          <Empty text={say.noSilence} />
        ) : (
          <>
            <Facts>
              <Fact name={say.status}>
                <SilenceBadge silence={silence} />
              </Fact>
              <Fact name={say.holdsFor}>
                <Matcher silence={silence} />
              </Fact>
              <Fact name={say.starts}>
                <Time at={silence.startsAt} />
              </Fact>
              <Fact name={say.ends}>
                <Time at={silence.endsAt} />
              </Fact>
              <Fact name={say.repeats}>{say.repeat[silence.repeats]}</Fact>
              <Fact name={say.by}>
                <PersonName id={silence.createdBy} />
              </Fact>
              <Fact name={say.id}>
                <Copyable name={say.id} value={silence.id} />
              </Fact>
            </Facts>
            {can('logging.alerts.manage') && <EndSilence silence={silence} onEnded={() => row.onGo(undefined)} />}
          </>
        )
      }
    </RowDrawer>
  );
}

function EndSilence({ silence: { id, reason }, onEnded }: { readonly silence: Silence; readonly onEnded: () => void }) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const tell = useToast();
  const end = useEndSilence();
  const [isAsking, setAsking] = useState(false);
  const confirm = () => {
    setAsking(false);
    end.mutate(id, {
      onSuccess: () => {
        tell(say.silenceEnded);
        onEnded();
      },
      onError: ({ message }) => tell(message),
    });
  };
  return (
    <div className="px-5 py-4">
      <Button look="danger" disabled={end.isPending} onClick={() => setAsking(true)}>
        {say.endSilence}
      </Button>
      {isAsking && (
        <Confirm
          title={say.endSilenceTitle}
          text={say.endSilenceText(reason)}
          action={say.endSilence}
          cancel={cancel}
          onConfirm={confirm}
          onCancel={() => setAsking(false)}
        />
      )}
    </div>
  );
}
