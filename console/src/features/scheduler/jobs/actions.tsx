import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { ifMatch, take, type Job } from '#client';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Menu, MenuItem } from '#app/ui/overlay/menu.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as parts } from '#app/ui/words.ts';
import { isDuty, JobState } from '../parts.tsx';
import { JOB, useChange } from '../queries.ts';
import { words } from './words.ts';

type Question = 'quarantine' | 'replay' | 'remove';

/** What can be done with one job. Nothing is shown as done before the server has said so. */
export function JobActions({ job }: { readonly job: Job }) {
  const say = useTexts(words);
  const { undo, more } = useTexts(parts);
  const fmt = useFmt();
  const { can } = useMe();
  const tell = useToast();
  const navigate = useNavigate();
  const change = useChange<string>();
  const [asked, setAsked] = useState<Question | null>(null);
  const { id: jobId, name, status } = job;
  const params = { path: { jobId } };
  const canManage = can('scheduler.manage');

  // As promises: a message about a change is told also after the drawer was closed.
  function act(work: () => Promise<string>, action?: Parameters<typeof tell>[1]): void {
    change.mutateAsync(work).then(
      (text) => tell(text, action),
      ({ message }: Error) => tell(message),
    );
  }

  function run(): void {
    let open = '';
    // After the drawer, which a click outside of it closes, has gone from the address.
    const see = () => setTimeout(() => void navigate({ to: '/scheduler/runs', search: { job: jobId, open } }));
    const show = { text: say.see, run: () => void see() };
    act(async () => {
      open = (await take(client.api.POST(`${JOB}/run`, { params }))).executionId;
      return say.started;
    }, show);
  }

  async function resume(catchUp: boolean): Promise<string> {
    const { leftOut, caughtUp } = await take(client.api.POST(`${JOB}/resume`, { params, body: { catchUp } }));
    return say.resumed(fmt.number(leftOut), fmt.number(caughtUp));
  }

  const pause = () =>
    act(
      async () => {
        await take(client.api.POST(`${JOB}/pause`, { params, body: {} }));
        return say.paused(name);
      },
      { text: undo, run: () => act(() => resume(false)) },
    );

  const answers: Record<Question, { title: string; text: string; action: string; run: () => Promise<string> }> = {
    quarantine: {
      title: say.quarantineTitle,
      text: say.quarantineMeans(name),
      action: say.quarantine,
      run: async () => {
        await take(client.api.POST(`${JOB}/quarantine`, { params, body: {} }));
        return say.quarantineDone;
      },
    },
    replay: {
      title: say.replayTitle,
      text: say.replayMeans(name),
      action: say.replay,
      run: async () => {
        const { replayed } = await take(client.api.POST(`${JOB}/replay`, { params, body: {} }));
        return say.replayed(fmt.number(replayed));
      },
    },
    remove: {
      title: say.removeTitle,
      text: say.removeMeans(name),
      action: say.remove,
      run: async () => {
        await take(client.api.DELETE(JOB, { params: { ...params, header: ifMatch(job) } }));
        return say.removed;
      },
    },
  };
  const question = asked && answers[asked];
  return (
    <div className="flex flex-wrap items-center gap-2 px-5 pt-4 pb-2">
      <span className="me-auto">
        <JobState status={status} />
      </span>
      {can('scheduler.execute') && status === 'active' && (
        <Button disabled={change.isPending} onClick={run}>
          <Icon name="play" />
          {say.run}
        </Button>
      )}
      {canManage && status === 'active' && (
        <Button disabled={change.isPending} onClick={pause}>
          <Icon name="pause" />
          {say.pause}
        </Button>
      )}
      {canManage && status !== 'active' && (
        <Button disabled={change.isPending} onClick={() => act(() => resume(false))}>
          <Icon name="play" />
          {say.resume}
        </Button>
      )}
      {canManage && (
        <Menu
          trigger={
            <Button isSquare look="quiet" aria-label={more}>
              <Icon name="more" />
            </Button>
          }
        >
          {status !== 'active' && <MenuItem onSelect={() => act(() => resume(true))}>{say.catchUp}</MenuItem>}
          <MenuItem onSelect={() => setAsked('replay')}>{say.replay}</MenuItem>
          {status !== 'quarantined' && status !== 'inactive' && (
            <MenuItem onSelect={() => setAsked('quarantine')}>{say.quarantine}</MenuItem>
          )}
          {status !== 'inactive' && !isDuty(job) && (
            <MenuItem isDanger onSelect={() => setAsked('remove')}>
              {say.remove}
            </MenuItem>
          )}
        </Menu>
      )}
      {question && (
        <Confirm
          {...question}
          cancel={say.cancel}
          onCancel={() => setAsked(null)}
          onConfirm={() => {
            setAsked(null);
            act(question.run);
          }}
        />
      )}
    </div>
  );
}
