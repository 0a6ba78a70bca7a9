export const words = {
  en: {
    secured: 'Your account is protected by a second factor.',
    unsecured:
      'Your account is protected by a password alone. With a second factor, knowing the password is not enough.',
    addFactor: 'Set up a second factor',
    name: 'Name',
    email: 'E-mail address',
    phone: 'Phone number',
    none: 'None',
    roles: 'Roles',
    since: 'Account since',
    more: 'In detail',
    factors: 'Second factors',
    factor: {
      totp: 'Authenticator app',
      passkeys: (count: number, text: string) => (count === 1 ? '1 passkey' : `${text} passkeys`),
    },
    codesLeft: (count: number, text: string) =>
      count === 1 ? '1 recovery code is left' : `${text} recovery codes are left`,
    sessions: (count: number, text: string) =>
      count === 1 ? '1 open session: this one' : `${text} open sessions, including this one`,
    organisations: (count: number, text: string) =>
      count === 1 ? 'Member of 1 organisation' : `Member of ${text} organisations`,
    noOrganisation: 'Member of no organisation',
    keys: (count: number, text: string) => (count === 1 ? '1 key for programs' : `${text} keys for programs`),
    noKey: 'No key for programs',
    data: 'Export your data, or delete your account',
    notices: 'Which messages reach you, and when',
  },
  fa: {
    secured: 'حساب شما با عامل دوم محافظت می‌شود.',
    unsecured: 'حساب شما فقط با گذرواژه محافظت می‌شود. با عامل دوم، کسی که گذرواژه را بداند هم نمی‌تواند وارد شود.',
    addFactor: 'فعال کردن عامل دوم',
    name: 'نام',
    email: 'ایمیل',
    phone: 'شمارهٔ تلفن',
    none: 'ندارد',
    roles: 'نقش‌ها',
    since: 'تاریخ ساخت حساب',
    more: 'جزئیات',
    factors: 'عامل دوم',
    factor: { totp: 'برنامهٔ احراز هویت', passkeys: (_count: number, text: string) => `${text} گذرکلید` },
    codesLeft: (_count: number, text: string) => `${text} کد بازیابی مانده است`,
    sessions: (count: number, text: string) =>
      count === 1 ? 'فقط همین نشست باز است' : `${text} نشست باز، از جمله همین یکی`,
    organisations: (_count: number, text: string) => `عضو ${text} سازمان`,
    noOrganisation: 'عضو هیچ سازمانی نیستید',
    keys: (_count: number, text: string) => `${text} کلید برای برنامه‌ها`,
    noKey: 'کلیدی برای برنامه‌ها نساخته‌اید',
    data: 'خروجی گرفتن از داده‌ها، یا حذف حساب',
    notices: 'چه پیام‌هایی و چه وقت به شما برسد',
  },
};
