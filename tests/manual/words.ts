import type { Language } from '#kernel/language.ts';

const MINUTE = 60;
const HOUR = 3600;
const persian = (number: number) => number.toLocaleString('fa');

/** Words of the generated pages. */
export const words = {
  en: {
    moduleTitle: (name: string) => `Reference of \`${name}\``,
    moduleAbout:
      'Written by the program from what it declares (`npm run snapshots`), so it is complete. Paths are below `/api/v1`.',
    platformTitle: 'Reference of the platform',
    platformAbout: 'What belongs to no module. Written by the program from what it declares (`npm run snapshots`).',
    settingsTitle: 'All settings',
    settingsAbout:
      'Environment variables, or lines of a file `.env` in the working folder. `npm run bonyan -- config` shows the values of an installation. All mistakes are reported at once, at the start. A default that is not in the table is nothing, or what the text says.',
    operations: 'API',
    permissions: 'Permissions',
    publishes: 'Events that it publishes',
    hears: 'Events that it hears',
    settings: 'Settings',
    errors: 'Errors',
    jobs: 'Recurring jobs',
    figures: 'Figures',
    operationColumns: ['operation', 'what it does', 'access'],
    permissionColumns: ['permission', 'what it allows', 'roles that have it at the start'],
    eventColumns: ['event', 'key', 'payload', 'heard by'],
    settingColumns: ['variable', 'default', 'meaning'],
    errorColumns: ['code', 'status', 'title'],
    jobColumns: ['job', 'how often', 'what it does'],
    figureColumns: ['metric', 'what it is', 'limit'],
    every: (seconds: number) => `every ${duration(seconds, ['s', 'min', 'h'])}`,
    limit: (atLeast?: number, atMost?: number) => [atLeast === undefined ? '' : `at least ${atLeast}`, atMost === undefined ? '' : `at most ${atMost}`].filter(Boolean).join(', '), // prettier-ignore
  },
  fa: {
    moduleTitle: (name: string) => `مرجع ماژول \`${name}\``,
    moduleAbout:
      'این صفحه را خود برنامه از روی تعریف‌هایش می‌نویسد (`npm run snapshots`)، پس کامل است. مسیرها زیر `/api/v1` هستند.',
    platformTitle: 'مرجع پلتفرم',
    platformAbout: 'آنچه به هیچ ماژولی تعلق ندارد. این صفحه را خود برنامه می‌نویسد (`npm run snapshots`).',
    settingsTitle: 'همهٔ تنظیمات',
    settingsAbout:
      'تنظیمات متغیرهای محیطی‌اند، یا سطرهای فایل `.env` در پوشهٔ جاری. دستور `npm run bonyan -- config` مقدارهای یک نصب را نشان می‌دهد. همهٔ اشتباه‌ها یک‌جا و هنگام شروع گزارش می‌شوند. جای خالی در ستون پیش‌فرض یعنی مقداری ندارد یا در متن آمده است.',
    operations: 'API',
    permissions: 'مجوزها',
    publishes: 'رویدادهایی که منتشر می‌کند',
    hears: 'رویدادهایی که می‌شنود',
    settings: 'تنظیمات',
    errors: 'خطاها',
    jobs: 'کارهای دوره‌ای',
    figures: 'سنجه‌ها',
    operationColumns: ['متد', 'کاری که می‌کند', 'دسترسی'],
    permissionColumns: ['مجوز', 'اجازهٔ چه کاری را می‌دهد', 'نقش‌هایی که از ابتدا آن را دارند'],
    eventColumns: ['رویداد', 'کلید', 'محتوا', 'شنونده'],
    settingColumns: ['متغیر', 'پیش‌فرض', 'معنی'],
    errorColumns: ['کد', 'وضعیت', 'عنوان'],
    jobColumns: ['کار', 'هر چند وقت', 'کاری که می‌کند'],
    figureColumns: ['سنجه', 'چیست', 'حد'],
    every: (seconds: number) => `هر ${duration(seconds, ['ثانیه', 'دقیقه', 'ساعت'], persian)}`,
    limit: (atLeast?: number, atMost?: number) => [atLeast === undefined ? '' : `دست‌کم ${persian(atLeast)}`, atMost === undefined ? '' : `حداکثر ${persian(atMost)}`].filter(Boolean).join('، '), // prettier-ignore
  },
} satisfies Record<Language, unknown>;

function duration(
  seconds: number,
  names: readonly [string, string, string],
  write: (number: number) => string = String,
): string {
  const [second, minute, hour] = names;
  if (seconds % HOUR === 0) return `${write(seconds / HOUR)} ${hour}`;
  return seconds % MINUTE === 0 ? `${write(seconds / MINUTE)} ${minute}` : `${write(seconds)} ${second}`;
}
