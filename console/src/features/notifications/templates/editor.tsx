import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ApiError, take, type TemplateRevision, type TemplateWithRevisions } from '#client';
import { settings } from '#app/app/settings.ts';
import { AsCall } from '#app/list/call.tsx';
import { client } from '#app/server/client.ts';
import { useMe } from '#app/server/session.tsx';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button, buttonClass } from '#app/ui/button.tsx';
import { FormFailure, LeaveGuard, showProblem, useFields } from '#app/ui/form/form.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { usePageTitle } from '#app/ui/list.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as shared } from '../words.ts';
import { TextFields } from './fields.tsx';
import { Origin } from './page.tsx';
import { TemplatePreview } from './preview.tsx';
import { PATH, reviseTemplate, templateQuery, TEMPLATES, type Texts } from './queries.ts';
import { Revisions } from './revisions.tsx';
import { words } from './words.ts';

const route = getRouteApi('/notifications/templates/$templateId');

/** The text of a template, beside what readers get. */
export function TemplateEditor() {
  const { templateId } = route.useParams();
  const say = useTexts(words);
  const { data, error, refetch } = useQuery(templateQuery(templateId));
  usePageTitle(data?.name ?? say.title, settings.names[useLanguage()]);
  return (
    <>
      <Head template={data} />
      {data && <Editor key={data.id} template={data} />}
      {!data && !error && <Skeleton />}
      {!data && error && (
        <Failure error={error} permission="notifications.templates.manage" onRetry={() => void refetch()} />
      )}
    </>
  );
}

function Head({ template }: { readonly template: TemplateWithRevisions | undefined }) {
  const say = useTexts(words);
  const kinds = useTexts(shared);
  const { can } = useMe();
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <Link to="/notifications/templates" className={buttonClass('quiet', true)} aria-label={say.all} title={say.all}>
        <Icon name="chevron" className="rotate-180 rtl:rotate-0" />
      </Link>
      <h1 className="text-title min-w-0 font-semibold [overflow-wrap:anywhere]">
        <bdi>{template?.name ?? say.title}</bdi>
      </h1>
      {template && (
        <span className="text-ink2 flex items-center gap-2">
          <span>
            {kinds.channels[template.channel]} · <bdi>{kinds.languages[template.language] ?? template.language}</bdi>
          </span>
          <Origin template={template} />
        </span>
      )}
      {template && (
        <div className="flex flex-wrap items-center gap-2 sm:ms-auto">
          <AsCall call={{ path: `${PATH}/{id}`, params: { id: template.id } }} />
          {can('notifications.write') && (
            <Link to="/notifications" search={{ open: 'new', template: template.id }} className={buttonClass()}>
              {say.send}
            </Link>
          )}
        </div>
      )}
    </div>
  );
}

const toTexts = ({ subjectTemplate, bodyTemplate, allowsLogic }: TemplateWithRevisions): Texts => ({
  subjectTemplate,
  bodyTemplate,
  allowsLogic,
});

function Editor({ template }: { readonly template: TemplateWithRevisions }) {
  const say = useTexts(words);
  const tell = useToast();
  const queries = useQueryClient();
  const [base, setBase] = useState(template);
  const [theirs, setTheirs] = useState<TemplateWithRevisions | null>(null);
  const form = useFields<Texts>(toTexts(template));
  const { isDirty } = form.formState;

  const readAgain = () => take(client.api.GET(`${PATH}/{templateId}`, { params: { path: { templateId: base.id } } }));
  const show = (now: TemplateWithRevisions) => {
    queries.setQueryData(templateQuery(now.id).queryKey, now);
    setBase(now);
    setTheirs(null);
    form.reset(toTexts(now));
  };
  const save = useMutation({
    mutationFn: async ({ onto, texts }: { onto: TemplateWithRevisions; texts: Texts }) => {
      await reviseTemplate(onto, texts);
      return readAgain();
    },
    onSuccess: (now) => {
      show(now);
      tell(say.saved);
      return queries.invalidateQueries({ queryKey: [...TEMPLATES, 'list'] });
    },
    onError: async (error) => {
      if (error instanceof ApiError && error.status === 412) setTheirs(await readAgain());
      else showProblem(form, error);
    },
  });
  const putText = ({ subjectTemplate, bodyTemplate }: TemplateRevision) => {
    form.setValue('subjectTemplate', subjectTemplate, { shouldDirty: true });
    form.setValue('bodyTemplate', bodyTemplate, { shouldDirty: true, shouldValidate: true });
  };
  const submit = form.handleSubmit((texts) => save.mutate({ onto: base, texts }));
  return (
    <div className="grid gap-6 xl:grid-cols-2">
      <form noValidate onSubmit={(event) => void submit(event)} className="grid min-w-0 content-start gap-4">
        <TextFields form={form} template={base} />
        {theirs && (
          <Conflict
            theirs={theirs}
            onTake={() => (show(theirs), save.reset())}
            onKeep={() => (setTheirs(null), setBase(theirs), save.mutate({ onto: theirs, texts: form.getValues() }))}
          />
        )}
        {!theirs && <FormFailure error={save.error} />}
        <Button type="submit" look="primary" disabled={save.isPending || !isDirty} className="justify-self-start">
          {say.save}
        </Button>
        <Revisions template={base} onTake={putText} />
        <LeaveGuard isDirty={isDirty} />
      </form>
      <div className="min-w-0">
        <TemplatePreview template={base} draft={isDirty ? form.watch() : null} />
      </div>
    </div>
  );
}

interface ConflictProps {
  readonly theirs: TemplateWithRevisions;
  readonly onTake: () => void;
  readonly onKeep: () => void;
}

function Conflict({ theirs, onTake, onKeep }: ConflictProps) {
  const say = useTexts(words);
  return (
    <div role="alert" className="bg-warn-soft grid gap-2 rounded-lg p-3">
      <p className="text-warn font-semibold">{say.conflict}</p>
      <p className="text-ink2 text-meta">{say.theirs}</p>
      <p className="font-medium [overflow-wrap:anywhere]">
        <bdi>{theirs.subjectTemplate}</bdi>
      </p>
      <p dir="auto" className="font-mono text-[12px] whitespace-pre-wrap [overflow-wrap:anywhere]">
        {theirs.bodyTemplate}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={onTake}>{say.takeTheirs}</Button>
        <Button onClick={onKeep}>{say.keepMine}</Button>
      </div>
    </div>
  );
}
