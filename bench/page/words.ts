/** The words of what is generated, by language. What is measured is called as the benchmarks print it. */
export interface Words {
  readonly locale: string;
  readonly number: (value: number) => string;
  readonly date: (day: string) => string;
  readonly unit: (unit: string) => string;
  readonly notMeasured: string;
  readonly measured: (on: string, machine: string) => string;
  readonly peers: (versions: string) => string;
  readonly settings: (settings: string) => string;
  readonly rowHeads: readonly [
    measure: string,
    bonyan: string,
    spread: string,
    peer: string,
    spread: string,
    ratio: string,
  ];
  readonly boundHeads: readonly [bound: string, allowed: string, measured: string, verdict: string];
  readonly atMost: (value: string) => string;
  readonly atLeast: (value: string) => string;
  readonly met: string;
  readonly missed: string;
  readonly benchmark: string;
  readonly inShort: (met: string, all: string, measured: string, benchmarks: string) => string;
  readonly nothing: string;
  readonly missing: (names: string) => string;
  readonly machineHeads: readonly string[];
  readonly memory: (gib: string) => string;
  readonly grownHeads: readonly string[];
  readonly kinds: Readonly<Record<string, string>>;
  readonly none: string;
  readonly grownBeyond: (kind: string, rows: string, what: string, from: string, to: string) => string;
  /** Between items of a list in a sentence. */
  readonly comma: string;
}

const rounded = (locale: string) => {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const fine = new Intl.NumberFormat(locale, { maximumSignificantDigits: 3 });
  return (value: number) => (Number.isNaN(value) ? '' : (Math.abs(value) < 100 ? fine : whole).format(value));
};

const dated = (locale: string) => {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' });
  return (day: string) => format.format(new Date(day));
};

const UNITS_FA: Readonly<Record<string, string>> = {
  '×': 'برابر',
  '%': '٪',
  '/s': 'در ثانیه',
  'items/s': 'در ثانیه',
  'runs/s': 'در ثانیه',
  'mails/s': 'در ثانیه',
  'effects/s': 'در ثانیه',
  '/10 s': 'در ۱۰ ثانیه',
  ms: 'میلی‌ثانیه',
  µs: 'میکروثانیه',
  s: 'ثانیه',
  MB: 'مگابایت',
  'MB/s': 'مگابایت در ثانیه',
  MiB: 'مبی‌بایت',
  'MiB more': 'مبی‌بایت بیشتر',
  'MiB/s': 'مبی‌بایت در ثانیه',
  pages: 'صفحه',
  times: 'بار',
};

const en: Words = {
  locale: 'en',
  number: rounded('en'),
  date: (day) => day,
  unit: (unit) => unit,
  notMeasured: 'Not measured yet.',
  measured: (on, machine) => `Measured on ${on}, machine ${machine}.`,
  peers: (versions) => `Peers: ${versions}.`,
  settings: (settings) => `Set for it: ${settings}.`,
  rowHeads: ['measure', 'Bonyan', 'least to most', 'peer', 'least to most', 'ratio'],
  boundHeads: ['bound', 'allowed', 'measured', ''],
  atMost: (value) => `at most ${value}`,
  atLeast: (value) => `at least ${value}`,
  met: 'met',
  missed: '**missed**',
  benchmark: 'benchmark',
  inShort: (met, all, measured, benchmarks) =>
    `${met} of ${all} bounds are met, in ${measured} of ${benchmarks} benchmarks that were measured.`,
  nothing: 'Nothing was measured yet on a machine without other work.',
  missing: (names) => `Not measured yet: ${names}.`,
  machineHeads: ['machine', 'processor', 'cores', 'memory', 'system', 'Node', 'PostgreSQL'],
  memory: (gib) => `${gib} GiB`,
  grownHeads: ['kind', 'rows', 'measured', 'time', 'pages', 'longest transaction', 'beyond 1.3 ×'],
  kinds: {},
  none: 'none',
  grownBeyond: (kind, rows, what, from, to) => `- ${kind}, ${rows} rows: ${what}: ${from} → ${to} ms`,
  comma: ', ',
};

const fa: Words = {
  locale: 'fa',
  number: rounded('fa-IR'),
  date: dated('fa-IR-u-ca-persian'),
  unit: (unit) => UNITS_FA[unit] ?? unit,
  notMeasured: 'هنوز سنجیده نشده.',
  measured: (on, machine) => `سنجیده‌شده در ${on}، ماشین ${machine}.`,
  peers: (versions) => `در برابرِ: ${versions}.`,
  settings: (settings) => `با این تنظیم‌ها: ${settings}.`,
  rowHeads: ['چه', 'بنیان', 'کمترین تا بیشترین', 'رقیب', 'کمترین تا بیشترین', 'نسبت'],
  boundHeads: ['حد', 'مجاز', 'سنجیده‌شده', ''],
  atMost: (value) => `حداکثر ${value}`,
  atLeast: (value) => `دست‌کم ${value}`,
  met: 'رعایت شده',
  missed: '**رعایت نشده**',
  benchmark: 'بنچمارک',
  inShort: (met, all, measured, benchmarks) =>
    `${met} حد از ${all} حد رعایت شده، در ${measured} بنچمارک سنجیده‌شده از ${benchmarks} بنچمارک.`,
  nothing: 'هنوز چیزی روی ماشینی که کار دیگری نداشته باشد سنجیده نشده.',
  missing: (names) => `هنوز سنجیده نشده: ${names}.`,
  machineHeads: ['ماشین', 'پردازنده', 'هسته', 'حافظه', 'سیستم', 'Node', 'PostgreSQL'],
  memory: (gib) => `${gib} گیبی‌بایت`,
  grownHeads: ['نوع', 'ردیف', 'سنجیده‌شده', 'زمان', 'صفحه‌ها', 'بلندترین تراکنش', 'بیش از ۱٫۳ برابر'],
  kinds: {
    todos: 'کارها',
    'event log and work': 'لاگ رویدادها و کارهای پس‌زمینه',
    logs: 'لاگ‌ها',
    audit: 'لاگ ممیزی',
    files: 'فایل‌ها',
    sessions: 'نشست‌ها',
    users: 'کاربران',
    authorization: 'مجوزها',
    notifications: 'اعلان‌ها',
    organisations: 'سازمان‌ها',
    profiles: 'پروفایل‌ها',
    scheduler: 'زمان‌بند',
    webhooks: 'وب‌هوک‌ها',
    exports: 'خروجی‌ها',
    views: 'نماها',
  },
  none: 'هیچ‌کدام',
  grownBeyond: (kind, rows, what, from, to) => `- ${kind}، ${rows} ردیف: ${what}: از ${from} به ${to} میلی‌ثانیه`,
  comma: '، ',
};

export const WORDS = { en, fa } as const;
