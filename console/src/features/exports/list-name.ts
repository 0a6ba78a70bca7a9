import { useLanguage, type Language } from '#app/text/language.ts';

/** What the lists of the API are called, the first that matches. */
const NAMES: readonly (readonly [RegExp, Readonly<Record<Language, string>>])[] = [
  [/^users\/sessions/, { en: 'My sessions', fa: 'نشست‌های من' }],
  [/^users\/passkeys/, { en: 'My passkeys', fa: 'گذرکلیدهای من' }],
  [/^users\/api-keys/, { en: 'My API keys', fa: 'کلیدهای API من' }],
  [/^users\/identities/, { en: 'My connected accounts', fa: 'حساب‌های متصل من' }],
  [/^users/, { en: 'Users', fa: 'کاربران' }],
  [/^authorization\/roles/, { en: 'Roles', fa: 'نقش‌ها' }],
  [/^organisations\/[^/]+\/members/, { en: 'Members of an organisation', fa: 'اعضای یک سازمان' }],
  [/^organisations\/[^/]+\/invitations/, { en: 'Invitations of an organisation', fa: 'دعوت‌های یک سازمان' }],
  [/^organisations/, { en: 'Organisations', fa: 'سازمان‌ها' }],
  [/^notifications\/schedules/, { en: 'Schedules of messages', fa: 'زمان‌بندی پیام‌ها' }],
  [/^notifications\/inbox/, { en: 'My inbox', fa: 'صندوق پیام من' }],
  [/^notifications\/reports/, { en: 'Delivery report', fa: 'گزارش تحویل' }],
  [/^notifications\/suppressions/, { en: 'Suppressed addresses', fa: 'نشانی‌های مسدود' }],
  [/^notification-templates/, { en: 'Templates', fa: 'قالب‌ها' }],
  [/^notifications/, { en: 'Messages', fa: 'پیام‌ها' }],
  [/^files\/folders\//, { en: 'Links of a folder', fa: 'پیوندهای یک پوشه' }],
  [/^files\/folders/, { en: 'Folders', fa: 'پوشه‌ها' }],
  [/^files/, { en: 'Files', fa: 'فایل‌ها' }],
  [/^todos/, { en: 'Todos', fa: 'کارها' }],
  [/^logging\/alerts\/rules/, { en: 'Alert rules', fa: 'قواعد هشدار' }],
  [/^logging\/alerts\/incidents/, { en: 'Incidents', fa: 'رخدادها' }],
  [/^logging\/alerts\/silences/, { en: 'Silences', fa: 'سکوت‌ها' }],
  [/^logging/, { en: 'Logs', fa: 'لاگ‌ها' }],
  [/^audit/, { en: 'Audit trail', fa: 'لاگ ممیزی' }],
  [/^scheduler\/jobs(\/[^/]+)?\/logs/, { en: 'Runs of jobs', fa: 'اجرای کارها' }],
  [/^scheduler/, { en: 'Jobs', fa: 'کارهای زمان‌بندی‌شده' }],
  [/^observability\/messages/, { en: 'Failed messages', fa: 'پیام‌های ناموفق' }],
  [/^observability\/replays/, { en: 'Replays', fa: 'بازپخش‌ها' }],
  [/^observability\/alerts/, { en: 'Operational alerts', fa: 'هشدارهای عملیاتی' }],
  [/^webhooks\/[^/]+\/deliveries/, { en: 'Deliveries of a webhook', fa: 'ارسال‌های یک وب‌هوک' }],
  [/^webhooks/, { en: 'Webhooks', fa: 'وب‌هوک‌ها' }],
];

/** Names a list by its path; one that the console does not know by the path itself. */
export function useListName(): (path: string) => string {
  const language = useLanguage();
  return (path) => {
    const rest = path.replace(/^\/api\/v\d+\//, '');
    return NAMES.find(([pattern]) => pattern.test(rest))?.[1][language] ?? rest;
  };
}
