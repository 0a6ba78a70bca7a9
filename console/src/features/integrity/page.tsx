import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { IntegrityReport } from '#client';
import { settings } from '#app/app/settings.ts';
import { kpisQuery } from '#app/features/observability/queries.ts';
import { AsCall } from '#app/list/call.tsx';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Diamond } from '#app/ui/badge.tsx';
import { Button, buttonClass } from '#app/ui/button.tsx';
import { FormFailure } from '#app/ui/form/form.tsx';
import { usePageTitle } from '#app/ui/list.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { Archives } from './archives.tsx';
import { Keys, SignedHead } from './head.tsx';
import { INTEGRITY, isRun, PERMISSION, REPORT_KEY, runQuery, startCheck } from './queries.ts';
import { Report } from './report.tsx';
import { Running } from './running.tsx';
import { tamperedQuery } from './tampered.ts';
import { words } from './words.ts';

const route = getRouteApi('/integrity');

/** Whether the audit trail is as it was written: one sentence, then what proves it. */
export function IntegrityPage() {
  const say = useTexts(words);
  usePageTitle(say.title, settings.names[useLanguage()]);
  const { run: runId } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const tampered = useQuery(tamperedQuery);
  const kept = useQuery<IntegrityReport>({ queryKey: REPORT_KEY, enabled: false });
  const run = useQuery({ ...runQuery(runId ?? ''), enabled: runId !== undefined });
  const check = useMutation({
    mutationFn: startCheck,
    async onSuccess(answer) {
      if (!isRun(answer)) queries.setQueryData(REPORT_KEY, answer);
      await navigate({ search: (before) => ({ ...before, run: isRun(answer) ? answer.id : undefined }) });
      await queries.invalidateQueries({ queryKey: ['audit'], predicate: ({ queryKey }) => queryKey[1] !== 'report' });
    },
  });

  if (tampered.error && !tampered.data)
    return (
      <>
        <h1 className="text-title font-semibold">{say.title}</h1>
        <Failure error={tampered.error} permission={PERMISSION} onRetry={() => void tampered.refetch()} />
      </>
    );
  if (!tampered.data)
    return (
      <>
        <h1 className="text-title font-semibold">{say.title}</h1>
        <Skeleton className="h-16" />
      </>
    );
  const report = runId === undefined ? kept.data : (run.data?.report ?? undefined);
  const isRunning = run.data?.status === 'running' && runId !== undefined;
  const count = tampered.data.totalCount ?? tampered.data.items.length;
  return (
    <>
      <div className="flex flex-wrap items-start justify-between gap-3">
        <Sentence count={count} report={isRunning ? undefined : report} />
        <div className="flex flex-wrap gap-2">
          <AsCall call={{ path: INTEGRITY }} />
          <Button disabled={check.isPending || isRunning} onClick={() => check.mutate(true)}>
            {say.checkNew}
          </Button>
          <Button look="primary" disabled={check.isPending || isRunning} onClick={() => check.mutate(false)}>
            {check.isPending ? say.checking : say.check}
          </Button>
        </div>
      </div>
      <FormFailure error={check.error} />
      {runId !== undefined && <Running query={run} />}
      {report && !isRunning && <Report report={report} />}
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <SignedHead />
        <Keys />
      </div>
      <Archives />
    </>
  );
}

function Sentence({ count, report }: { readonly count: number; readonly report: IntegrityReport | undefined }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { can } = useMe();
  const { data: figures } = useQuery({ ...kpisQuery(), enabled: can('observability.read') });
  const checkedAgo = figures?.now.objectives.find(({ name }) => name === 'audit.verified_seconds')?.value;
  const breaks = report?.breaks.length ?? 0;
  const checked = fmt.number(report?.entriesChecked ?? 0);
  const isBad = count > 0 || report?.isValid === false || breaks > 0;
  const lacksGuards = (report?.missingGuards.length ?? 0) > 0;
  const title = () => {
    if (breaks === 1) return say.brokenOne(checked);
    if (breaks > 1) return say.broken(fmt.number(breaks), checked);
    if (count > 0) return count === 1 ? say.tamperedOne : say.tampered(fmt.number(count));
    if (lacksGuards) return say.guards;
    return report ? say.whole(checked) : say.noneKnown;
  };
  return (
    <section className="grid min-w-0 flex-1 basis-96 gap-1" data-state={isBad ? 'bad' : 'ok'}>
      <h1 className={`text-title flex items-center gap-3 font-semibold ${isBad ? 'text-bad' : ''}`}>
        <Diamond state={isBad ? 'bad' : lacksGuards ? 'warn' : 'ok'} />
        {title()}
      </h1>
      <p className="text-ink2">
        {isBad && say.tamperedText}
        {!isBad && lacksGuards && say.unguarded(fmt.list(report?.missingGuards ?? []))}
        {!isBad && !lacksGuards && (report ? say.wholeText : say.noneKnownText)}
        {!report && typeof checkedAgo === 'number' && ` ${say.checkedAgo(fmt.duration(checkedAgo * 1000))}`}
      </p>
      {count > 0 && (
        <p className="pt-1">
          <Link to="/audit" search={{ tampered: 'true' }} className={buttonClass('danger')}>
            {say.showTampered}
          </Link>
        </p>
      )}
    </section>
  );
}
