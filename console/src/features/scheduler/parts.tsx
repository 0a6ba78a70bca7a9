import type { Job, JobExecution } from '#client';
import { PageTabs } from '#app/app/frame/page-tabs.tsx';
import { useTexts } from '#app/text/language.ts';
import { Badge, type State } from '#app/ui/badge.tsx';
import { words } from './words.ts';

const STATES: Readonly<Record<Job['status'], State>> = { active: 'ok', inactive: 'plain', paused: 'warn', quarantined: 'bad' }; // prettier-ignore
const OUTCOMES: Readonly<Record<JobExecution['status'], State>> = {
  scheduled: 'plain',
  running: 'info',
  succeeded: 'ok',
  failed: 'warn',
  canceled: 'plain',
  timedOut: 'bad',
  skipped: 'plain',
  deadLettered: 'bad',
};
const LATE_MS = 60_000;

export function JobState({ status }: Pick<Job, 'status'>) {
  return <Badge state={STATES[status]}>{useTexts(words).states[status]}</Badge>;
}

export function Outcome({ status }: Pick<JobExecution, 'status'>) {
  return <Badge state={OUTCOMES[status]}>{useTexts(words).outcomes[status]}</Badge>;
}

/** Whether it should have begun a minute ago. */
export function isLate({ status, nextRunAtUtc }: Job, now = Date.now()): boolean {
  return status === 'active' && nextRunAtUtc !== null && Date.parse(nextRunAtUtc) < now - LATE_MS;
}

/** A duty of the program can be seen, run and paused, and not be changed. */
export function isDuty({ ownerId, tags }: Job): boolean {
  return ownerId === null && tags.includes('program');
}

/** Between the pages of the scheduler. */
export function SchedulerNav() {
  const say = useTexts(words);
  const permission = 'scheduler.reports.read';
  return (
    <PageTabs
      label={say.title}
      tabs={[
        { to: '/scheduler', title: say.jobs, isExact: true },
        { to: '/scheduler/runs', title: say.runs, permission },
        { to: '/scheduler/metrics', title: say.metrics, permission },
      ]}
    />
  );
}
