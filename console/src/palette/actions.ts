import type { Command } from './commands.ts';

/**
 * What can be done from everywhere, by an address that opens it. A feature adds its lines here; those of a page that the
 * console does not have are left out.
 */
export const actions: readonly (Command & { readonly does: string })[] = [
  {
    title: { en: 'Write a todo', fa: 'نوشتن کار جدید' },
    names: 'new todo add',
    icon: 'plus',
    permission: 'todos.write',
    does: '/todos?open=new',
  },
  {
    title: { en: 'Invite somebody', fa: 'دعوت کاربر جدید' },
    names: 'new user add کاربر جدید',
    icon: 'users',
    permission: 'users.access',
    does: '/users?open=new',
  },
  {
    title: { en: 'Make a role', fa: 'ساختن نقش' },
    names: 'new role',
    icon: 'plus',
    permission: 'authorization.manage',
    does: '/roles?open=new',
  },
  {
    title: { en: 'Make a job', fa: 'ساختن جاب' },
    names: 'new schedule',
    icon: 'plus',
    permission: 'scheduler.write',
    does: '/scheduler?open=new',
  },
  {
    title: { en: 'Add a webhook', fa: 'افزودن وب‌هوک' },
    names: 'new',
    icon: 'plus',
    permission: 'webhooks.manage',
    does: '/webhooks?open=new',
  },
  {
    title: { en: 'Follow the logs live', fa: 'دنبال کردن زندهٔ لاگ‌ها' },
    names: 'tail',
    icon: 'play',
    permission: 'logging.events.read',
    does: '/logs?view=tail',
  },
  {
    title: { en: 'See the rules of alerts', fa: 'دیدن قاعده‌های هشدار' },
    names: 'alert rule',
    icon: 'incident',
    permission: 'logging.alerts.manage',
    does: '/incidents?tab=rules',
  },
  {
    title: { en: 'See tampered audit entries', fa: 'دیدن رکوردهای دستکاری‌شده' },
    icon: 'warning',
    permission: 'audit.read',
    does: '/audit?tampered=true',
  },
  {
    title: { en: 'Check the integrity of the audit trail', fa: 'بررسی درستی لاگ ممیزی' },
    names: 'verify tamper',
    icon: 'integrity',
    permission: 'audit.read',
    does: '/integrity',
  },
  {
    title: { en: 'Archive old audit entries', fa: 'آرشیو رکوردهای قدیمی لاگ ممیزی' },
    icon: 'database',
    permission: 'audit.manage',
    does: '/integrity?open=archive',
  },
  {
    title: { en: 'See the metrics', fa: 'دیدن سنجه‌ها' },
    names: 'prometheus',
    icon: 'requests',
    permission: 'observability.read',
    does: '/settings?open=metrics',
  },
];
