import type { TestContext } from 'node:test';
import { fillJobs } from './jobs.ts';
import { fillLogs } from './logs.ts';
import { fillMessages } from './messages.ts';
import { failWork, fillAccount, fillObjectives, fillWebhooks, makeTraffic, startWork } from './operate.ts';
import { fillPeople } from './people.ts';
import { ok, type Stage } from './stage.ts';
import { fillFiles, fillInvoices, fillTodos } from './work.ts';

/** Fills the server, and answers the ids that addresses of pages have. */
export async function fillWorld(t: TestContext, stage: Stage) {
  const { admin, words } = stage;
  const members = await fillPeople(stage);
  // First, as it drains an hour ahead: what is retried without end, such as mails, must not wait by then.
  await failWork(stage);
  const webhook = await fillWebhooks(t, stage);
  const ids = {
    ...webhook,
    ...(await fillFiles(stage, members)),
    ...(await fillMessages(stage, members)),
    ...(await fillJobs(stage)),
    ...(await fillLogs(stage)),
  };
  await fillTodos(stage);
  await fillInvoices(stage);
  await fillAccount(stage, members);
  await fillObjectives(stage);
  await makeTraffic(stage, members);
  await startWork(t, stage);
  const events = await ok(admin.get(`/logging/events?query=${encodeURIComponent('service:payments level:error')}`));
  const runs = await ok(admin.get(`/scheduler/jobs/logs?jobId=${ids.failingId}`));
  const trail = await ok(admin.get('/audit'));
  const organisations = await ok(admin.get('/organisations'));
  return {
    ...ids,
    eventId: events.items[0]?.id as string,
    runId: runs.items[0]?.id as string,
    entryId: trail.items.at(-1)?.id as string,
    organisationId: organisations.items.find((one: { name: string }) => one.name === words.organisation)?.id as string,
    userId: members[0]?.id ?? '',
  };
}

export type World = Awaited<ReturnType<typeof fillWorld>>;
