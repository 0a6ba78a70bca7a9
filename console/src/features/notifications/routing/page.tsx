import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { take, type IncidentRouting } from '#client';
import { settings } from '#app/app/settings.ts';
import { AsCall } from '#app/list/call.tsx';
import { client } from '#app/server/client.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { FormFailure, LeaveGuard, useFields } from '#app/ui/form/form.tsx';
import { ListTitle, usePageTitle } from '#app/ui/list.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { severities, toDraft, toRoutes, type RoutingDraft } from './draft.ts';
import { RouteFields } from './route-fields.tsx';
import { words } from './words.ts';

const PATH = '/api/v1/notifications/routing';
const ROUTING = ['notifications', 'routing'] as const;

export function RoutingPage() {
  const say = useTexts(words);
  usePageTitle(say.title, settings.names[useLanguage()]);
  const { data, error, refetch } = useQuery({
    queryKey: ROUTING,
    queryFn: ({ signal }) => take(client.api.GET(PATH, { signal })),
    staleTime: Infinity, // what is being edited does not change under the hands
    refetchOnMount: 'always',
  });
  return (
    <>
      <ListTitle title={say.title} page={undefined}>
        <AsCall call={{ path: PATH }} />
      </ListTitle>
      <p className="text-ink2 max-w-prose">{say.about}</p>
      {data && <RoutingForm routing={data} />}
      {!data && !error && <Skeleton rows={8} />}
      {!data && error && (
        <Failure error={error} permission="notifications.routing.manage" onRetry={() => void refetch()} />
      )}
    </>
  );
}

function RoutingForm({ routing }: { readonly routing: IncidentRouting }) {
  const say = useTexts(words);
  const tell = useToast();
  const queries = useQueryClient();
  const form = useFields<RoutingDraft>(toDraft(routing.routes));
  const save = useMutation({
    mutationFn: (draft: RoutingDraft) => take(client.api.PUT(PATH, { body: { routes: toRoutes(draft) } })),
    onSuccess: (saved) => {
      queries.setQueryData(ROUTING, saved);
      form.reset(toDraft(saved.routes));
      tell(say.saved);
    },
  });
  const submit = form.handleSubmit((draft) => save.mutate(draft));
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="grid gap-4">
      <div className="grid items-start gap-4 xl:grid-cols-2">
        {severities.map((severity) => (
          <RouteFields key={severity} form={form} severity={severity} />
        ))}
      </div>
      <FormFailure error={save.error} />
      <Button
        type="submit"
        look="primary"
        disabled={save.isPending || !form.formState.isDirty}
        className="justify-self-start"
      >
        {say.save}
      </Button>
      <LeaveGuard isDirty={form.formState.isDirty} />
    </form>
  );
}
