import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Session, User } from '#client';
import { Loaded, Nothing, Panel, Rows } from '#app/features/account/parts.tsx';
import { SessionRow } from '#app/features/account/sessions/row.tsx';
import { ListTools } from '#app/list/tools.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { FormFailure } from '#app/ui/form/form.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { nameOf } from '../name.ts';
import { SESSIONS, sessionsQuery, useEndSessions } from './queries.ts';
import { words } from './words.ts';

/** Where a person is signed in. The session in which the reader looks is ended on their own page only. */
export function Sessions({ user, isOwn }: { readonly user: User; readonly isOwn: boolean }) {
  const say = useTexts(words);
  const { cancel } = useTexts(common);
  const fmt = useFmt();
  const tell = useToast();
  const sessions = useQuery(sessionsQuery(user.id));
  const end = useEndSessions(user);
  const [asked, setAsked] = useState<Session | 'all' | null>(null);
  const total = sessions.data?.totalCount ?? sessions.data?.items.length ?? 0;
  const count = fmt.number(total);
  const name = nameOf(user);
  const questions = asked === 'all' ? say.endAll(count) : say.endOne;
  const confirm = () => {
    setAsked(null);
    end.mutate(asked === 'all' ? null : (asked?.id ?? null), { onSuccess: () => tell(questions.done) });
  };
  return (
    <Panel
      title={say.sessions}
      about={sessions.data && say.sessionsState(name, count, total)}
      action={
        <div className="flex flex-wrap items-center gap-2">
          {total > 0 && <ListTools title={say.sessions} call={{ path: SESSIONS, params: { userId: user.id } }} />}
          {!isOwn && total > 1 && (
            <Button look="danger" disabled={end.isPending} onClick={() => setAsked('all')}>
              {say.endAll(count).action}
            </Button>
          )}
        </div>
      }
    >
      {end.error && (
        <div className="p-4">
          <FormFailure error={end.error} />
        </div>
      )}
      <Loaded query={sessions} rows={3} permission="users.access">
        {({ items }) =>
          items.length === 0 ? (
            <Nothing text={say.noSessions} />
          ) : (
            <Rows>
              {items.map((session) => (
                <SessionRow
                  key={session.id}
                  session={session}
                  isBusy={end.isPending}
                  onEnd={session.isCurrent ? undefined : () => setAsked(session)}
                />
              ))}
            </Rows>
          )
        }
      </Loaded>
      {total > (sessions.data?.items.length ?? 0) && <Nothing text={say.moreSessions} />}
      {asked && (
        <Confirm
          title={questions.title(name)}
          text={questions.text}
          action={questions.action}
          cancel={cancel}
          onConfirm={confirm}
          onCancel={() => setAsked(null)}
        />
      )}
    </Panel>
  );
}
