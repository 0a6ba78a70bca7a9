import { useState, type ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { JobExecutionDetail } from '#client';
import { RowDrawer, type RowDrawerProps } from '#app/list/drawer.tsx';
import { PersonName } from '#app/people/name.tsx';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button, buttonClass } from '#app/ui/button.tsx';
import { Code } from '#app/ui/code.tsx';
import { Confirm } from '#app/ui/overlay/confirm.tsx';
import { Copyable } from '#app/ui/copyable.tsx';
import { Fact, Facts, Section } from '#app/ui/facts.tsx';
import { Time } from '#app/ui/time.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { Outcome } from '../parts.tsx';
import { cancelRun, hasEnded, runQuery, useChange } from '../queries.ts';
import { words as common } from '../words.ts';
import { JobName } from './job-name.tsx';
import { Attempts, Log } from './log.tsx';
import { words } from './words.ts';

/** One run with its attempts and its log, live until it has ended. */
export function RunDrawer(row: RowDrawerProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    <RowDrawer
      {...row}
      isWide
      title={(run) => (run ? `${say.run} · ${fmt.second(run.scheduledAtUtc)}` : say.run)}
      query={useQuery(runQuery(row.id))}
      permission="scheduler.read"
    >
      {(run) => <RunDetail run={run} />}
    </RowDrawer>
  );
}

function RunDetail({ run }: { readonly run: JobExecutionDetail }) {
  const say = useTexts(words);
  return (
    <div className="grid gap-5 pb-5">
      <div className="flex min-h-14 flex-wrap items-center gap-3 px-5 pt-4">
        <Outcome status={run.status} />
        {!hasEnded(run) && <span className="text-meta text-ink3">{say.live}</span>}
        <span className="ms-auto">
          {!hasEnded(run) && <CancelRun id={run.id} />}
          {run.status === 'deadLettered' && (
            <Link to="/scheduler" search={{ open: run.jobId }} className={buttonClass()}>
              {say.replayAtJob}
            </Link>
          )}
        </span>
      </div>
      {run.progress !== null && <Progress percent={run.progress} note={run.progressNote} />}
      <RunFacts run={run} />
      <div className="grid gap-5 px-5">
        {run.error !== null && (
          <Section title={say.error}>
            <Code name={say.error} text={run.error} />
          </Section>
        )}
        {run.pastAttempts.length > 0 && <Attempts run={run} />}
        <Log run={run} />
      </div>
    </div>
  );
}

function RunFacts({ run }: { readonly run: JobExecutionDetail }) {
  const say = useTexts(words);
  const { job, id, triggers, skips } = useTexts(common);
  const fmt = useFmt();
  const facts: readonly (readonly [string, ReactNode])[] = [
    [job, <JobLink key="job" jobId={run.jobId} />],
    [say.trigger, triggers[run.triggeredBy]],
    [say.startedBy, run.triggeredById && <PersonName id={run.triggeredById} />],
    [say.replayOf, run.replayOf && <RunLink runId={run.replayOf} />],
    [say.why, run.skipReason && skips[run.skipReason]],
    [say.skippedFor, run.skippedFor && <RunLink runId={run.skippedFor} />],
    [say.leftOutCount, run.leftOutCount > 1 && say.leftOut(fmt.number(run.leftOutCount))],
    [
      say.deadReason,
      run.deadLetterReason && <bdi>{say.deadReasons[run.deadLetterReason] ?? run.deadLetterReason}</bdi>,
    ],
    [say.occurrence, <Time key="occurrence" at={run.occurrenceAtUtc} as="second" />],
    [say.started, run.startedAtUtc && <Time at={run.startedAtUtc} as="second" />],
    [say.finished, run.finishedAtUtc && <Time at={run.finishedAtUtc} as="second" />],
    [say.duration, run.durationMs !== null && fmt.duration(run.durationMs)],
    [say.attempt, say.attemptOf(fmt.number(run.attempt), fmt.number(run.maxAttempts))],
    [say.node, run.nodeId && <Copyable name={say.node} value={run.nodeId} />],
    [id, <Copyable key="id" name={id} value={run.id} />],
  ];
  return (
    <Facts>
      {facts.map(
        ([name, value]) =>
          value && (
            <Fact key={name} name={name}>
              {value}
            </Fact>
          ),
      )}
    </Facts>
  );
}

function JobLink({ jobId }: { readonly jobId: string }) {
  return (
    <Link to="/scheduler" search={{ open: jobId }} className="text-kashi underline">
      <JobName jobId={jobId} />
    </Link>
  );
}

function RunLink({ runId }: { readonly runId: string }) {
  return (
    <Link to="." search={(before: object) => ({ ...before, open: runId })} className="text-kashi underline">
      <bdi className="font-mono text-[12px]">{runId}</bdi>
    </Link>
  );
}

function Progress({ percent, note }: { readonly percent: number; readonly note: string | null }) {
  const say = useTexts(words);
  const fmt = useFmt();
  return (
    <div className="grid gap-1 px-5">
      <p className="text-ink2 flex justify-between gap-3">
        <bdi className="min-w-0 truncate">{note ?? say.progress}</bdi>
        <span>{fmt.share(percent / 100)}</span>
      </p>
      <progress aria-label={say.progress} max={100} value={percent} className="h-1.5 w-full" />
    </div>
  );
}

function CancelRun({ id }: { readonly id: string }) {
  const say = useTexts(words);
  const { can } = useMe();
  const tell = useToast();
  const change = useChange();
  const [isAsking, setAsking] = useState(false);
  if (!can('scheduler.manage')) return null;
  const cancel = () => {
    setAsking(false);
    change.mutate(() => cancelRun(id), {
      onSuccess: () => tell(say.canceled),
      onError: ({ message }) => tell(message),
    });
  };
  return (
    <>
      <Button look="danger" disabled={change.isPending} onClick={() => setAsking(true)}>
        {say.cancel}
      </Button>
      {isAsking && (
        <Confirm
          title={say.cancelTitle}
          text={say.cancelMeans}
          action={say.cancel}
          cancel={say.keep}
          onConfirm={cancel}
          onCancel={() => setAsking(false)}
        />
      )}
    </>
  );
}
