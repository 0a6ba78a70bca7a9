import type { Kind } from './find.ts';

type Kinds = Readonly<Record<Kind, string>>;

export const words = {
  en: {
    open: 'Search or jump',
    title: 'Search and commands',
    hint: 'A page, an action, a name, an address or an id',
    here: 'On this page',
    goTo: 'Go to',
    actions: 'Actions',
    kinds: { user: 'User', incident: 'Incident', job: 'Job', file: 'File', trace: 'Log lines of this trace' } as Kinds,
    found: 'Found',
    finding: 'Searching',
    nothing: 'Nothing fits. Type a page, a name, an e-mail address or an id.',
    toChoose: 'choose',
    toOpen: 'open',
    toClose: 'close',
  },
  fa: {
    open: 'جستجو یا پرش',
    title: 'جستجو و دستورها',
    hint: 'صفحه، دستور، نام، نشانی یا شناسه',
    here: 'در این صفحه',
    goTo: 'رفتن به',
    actions: 'دستورها',
    kinds: { user: 'کاربر', incident: 'رخداد', job: 'جاب', file: 'فایل', trace: 'لاگ‌های این رهگیری' } as Kinds,
    found: 'پیدا شد',
    finding: 'در حال جستجو',
    nothing: 'چیزی پیدا نشد. نام صفحه، نام کاربر، ایمیل یا شناسه بنویسید.',
    toChoose: 'انتخاب',
    toOpen: 'باز کردن',
    toClose: 'بستن',
  },
};
