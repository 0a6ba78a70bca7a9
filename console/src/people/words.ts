export const words = {
  en: {
    help: 'Name, e-mail address or phone number',
    helpId: 'The id of the user',
    change: 'Choose somebody else',
    clear: (label: string) => `Clear: ${label}`,
    nobody: 'Nobody with this name, address or number.',
    looking: 'Searching',
    failed: 'The search failed. Type another letter to try again.',
    found: (count: number, text: string) => (count === 1 ? '1 person found' : `${text} people found`),
  },
  fa: {
    help: 'نام، نشانی ایمیل یا شمارهٔ تلفن',
    helpId: 'شناسهٔ کاربر',
    change: 'انتخاب شخص دیگر',
    clear: (label: string) => `پاک کردن: ${label}`,
    nobody: 'کسی با این نام، نشانی یا شماره پیدا نشد.',
    looking: 'در حال جستجو',
    failed: 'جستجو انجام نشد. برای تلاش دوباره یک حرف دیگر بنویسید.',
    found: (_count: number, text: string) => `${text} نفر پیدا شد`,
  },
};
