import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { take } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Section } from '#app/ui/facts.tsx';
import { SelectField, TextField, useFields } from '#app/ui/form/form.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { handlersQuery, jobsQuery, toJobsQuery, useChange } from '../queries.ts';
import { words } from './words.ts';

const MOST = 1000; // jobs that one call changes

interface Values {
  which: 'all' | 'type' | 'tag';
  type: string;
  tag: string;
  reason: string;
}

type Verb = 'pause' | 'resume';

/** Pauses or resumes many jobs. The server does it by type or by tag: all jobs are those of all types, one after the other. */
export function PauseAll() {
  const say = useTexts(words);
  const fmt = useFmt();
  const tell = useToast();
  const change = useChange<number>();
  const { data: handlers } = useQuery(handlersQuery());
  const types = (handlers?.items ?? []).map(({ type }) => type);
  const form = useFields<Values>({ which: 'all', type: '', tag: '', reason: '' });
  const { which, type, tag, reason } = form.watch();
  const [asked, setAsked] = useState<Verb | null>(null);
  const target = which === 'all' ? {} : which === 'type' ? { type: type || types[0] } : { tag: tag.trim() };
  const status = asked === 'resume' ? ('paused' as const) : ('active' as const);
  const matching = useQuery({
    ...jobsQuery(toJobsQuery({ ...target, status, of: 'all' }, 1)),
    enabled: asked !== null,
  });
  const count = matching.isPlaceholderData ? null : (matching.data?.totalCount ?? null);
  const shownCount = count === null ? '…' : fmt.number(count);
  const name = which === 'all' ? say.targets.all : say.targets[which](which === 'type' ? (target.type ?? '') : tag);

  async function changeAll(verb: Verb): Promise<number> {
    const each = which === 'all' ? types.map((one) => ({ type: one })) : [given(target)];
    let total = 0;
    for (const one of each) {
      for (let changed = MOST; changed === MOST; total += changed) {
        const answer = await (verb === 'pause'
          ? take(client.api.POST('/api/v1/scheduler/pause', { body: { ...one, reason: reason.trim() || null } }))
          : take(client.api.POST('/api/v1/scheduler/resume', { body: one })));
        changed = answer.changed;
      }
    }
    return total;
  }

  const ask = (verb: Verb) => void form.handleSubmit(() => setAsked(verb))();
  const confirm = (verb: Verb) => {
    setAsked(null);
    change.mutate(() => changeAll(verb), {
      onSuccess: (total) => tell(say[verb === 'pause' ? 'paused' : 'resumed'](fmt.number(total))),
      onError: ({ message }) => tell(message),
    });
  };
  return (
    <Section title={say.whole}>
      <form noValidate onSubmit={(event) => event.preventDefault()} className="grid max-w-2xl gap-4">
        <p className="text-ink2">{say.wholeMeans}</p>
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <SelectField form={form} name="which" label={say.which} options={Object.entries(say.whichOnes)} />
          {which === 'type' && (
            <SelectField form={form} name="type" label={say.chosenType} options={types.map((one) => [one, one])} />
          )}
          {which === 'tag' && (
            <TextField
              form={form}
              name="tag"
              label={say.chosenTag}
              maxLength={50}
              autoComplete="off"
              rules={{ validate: (text) => text.trim() !== '' || say.tagMissing }}
            />
          )}
        </div>
        <TextField form={form} name="reason" label={say.reason} help={say.reasonHelp} maxLength={500} />
        <div className="flex flex-wrap gap-2">
          <Button look="danger" disabled={change.isPending} onClick={() => ask('pause')}>
            <Icon name="pause" />
            {say.pause}
          </Button>
          <Button disabled={change.isPending} onClick={() => ask('resume')}>
            <Icon name="play" />
            {say.resume}
          </Button>
        </div>
      </form>
      {asked && (
        <Confirm
          title={say[`${asked}Title`]}
          text={say[`${asked}Text`](name, shownCount)}
          action={say[`${asked}Action`](shownCount)}
          cancel={say.cancel}
          onConfirm={() => confirm(asked)}
          onCancel={() => setAsked(null)}
        />
      )}
    </Section>
  );
}
