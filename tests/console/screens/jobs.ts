import { ok, type Stage } from './stage.ts';

type Name = 'prices' | 'newsletter' | 'backup' | 'stock' | 'cleanup';

const RUNS = 4;
const SCHEDULES: Readonly<Record<Name, object>> = {
  prices: { type: 'cron', cronExpression: '30 6 * * *' },
  newsletter: { type: 'cron', cronExpression: '0 10 * * thu' },
  backup: { type: 'cron', cronExpression: '15 2 * * *' },
  stock: { type: 'interval', intervalSeconds: 3600 },
  cleanup: { type: 'interval', every: 1, unit: 'weeks' },
};

/** Five jobs with schedules and runs: one fails, one is paused. The answer is the id of the failed run's job. */
export async function fillJobs({ app, words, admin }: Stage): Promise<{ readonly failingId: string }> {
  const ids = new Map<Name, string>();
  const types = { prices: 'fetch_prices', newsletter: 'send_newsletter', backup: 'back_up', stock: 'compare_stock', cleanup: 'clean_up' }; // prettier-ignore
  for (const [name, type] of Object.entries(types) as [Name, string][]) {
    const [title, description] = words.jobs[name];
    const fields = { name: title, description, type: `shop.${type}`, payload: {}, maxRetryAttempts: 0 };
    const { id } = await ok(admin.post('/scheduler/jobs', { ...fields, tags: ['shop'], maxConsecutiveFailures: 0 }));
    await ok(admin.post(`/scheduler/jobs/${id}/schedule`, { ...SCHEDULES[name], timeZone: words.timeZone }));
    ids.set(name, id);
  }
  await ok(admin.post(`/scheduler/jobs/${ids.get('backup')}/dependencies`, { dependsOnJobId: ids.get('prices') }));
  for (let at = 0; at < RUNS; at++) {
    for (const name of ids.keys())
      if (name !== 'stock' || at === 1) await ok(admin.post(`/scheduler/jobs/${ids.get(name)}/run`));
    await app.drainWithFailures();
  }
  await ok(admin.post(`/scheduler/jobs/${ids.get('newsletter')}/pause`, { reason: words.paused }));
  return { failingId: ids.get('stock') ?? '' };
}
