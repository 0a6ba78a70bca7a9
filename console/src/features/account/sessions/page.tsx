import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { take, type Session } from '#client';
import { client } from '#app/server/client.ts';
import { FailureText } from '#app/server/failure.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Loaded, Panel, Part, Rows, useAct } from '../parts.tsx';
import { sessionsQuery } from '../queries.ts';
import { useDeviceName } from './device.ts';
import { SessionRow } from './row.tsx';
import { words } from './words.ts';

export function SessionsPage() {
  const say = useTexts(words);
  const fmt = useFmt();
  const nameOf = useDeviceName();
  const [asked, setAsked] = useState<Session | 'others' | null>(null);
  const sessions = useQuery(sessionsQuery);
  const { run, error, isPending } = useAct('sessions');
  const others = Math.max(0, (sessions.data?.totalCount ?? sessions.data?.items.length ?? 1) - 1);

  const end = ({ id }: Session) =>
    run({
      work: () =>
        take(client.api.POST('/api/v1/users/sessions/{sessionId}/revoke', { params: { path: { sessionId: id } } })),
      done: say.ended,
    });
  const endOthers = () =>
    run({
      work: () => take(client.api.POST('/api/v1/users/sessions/revoke-all-except-current')),
      done: say.othersEnded,
    });
  return (
    <Part title={say.title} path="/api/v1/users/sessions" isList>
      <FailureText error={error} />
      <Panel
        title={say.list}
        about={say.about}
        action={
          others > 0 && (
            <Button look="danger" disabled={isPending} onClick={() => setAsked('others')}>
              {say.endOthers}
            </Button>
          )
        }
      >
        <Loaded query={sessions} rows={3}>
          {({ items }) => (
            <Rows>
              {items.map((session) => (
                <SessionRow
                  key={session.id}
                  session={session}
                  isBusy={isPending}
                  onEnd={session.isCurrent ? undefined : () => setAsked(session)}
                />
              ))}
            </Rows>
          )}
        </Loaded>
      </Panel>
      {asked !== null && asked !== 'others' && (
        <Confirm
          title={say.endTitle}
          text={say.endText(nameOf(asked.device))}
          action={say.endNamed(nameOf(asked.device))}
          cancel={say.cancel}
          onConfirm={() => {
            setAsked(null);
            end(asked);
          }}
          onCancel={() => setAsked(null)}
        />
      )}
      {asked === 'others' && (
        <Confirm
          title={say.endOthersTitle}
          text={say.endOthersText(fmt.number(others))}
          action={say.endOthersAction(fmt.number(others))}
          cancel={say.cancel}
          onConfirm={() => {
            setAsked(null);
            endOthers();
          }}
          onCancel={() => setAsked(null)}
        />
      )}
    </Part>
  );
}
