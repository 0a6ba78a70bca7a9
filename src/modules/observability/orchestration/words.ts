import { inDigits, type Translated } from '#kernel/language.ts';

const counted =
  (one: string, many: string, persian: string) =>
  (failed: number): Translated => ({
    en: failed === 1 ? `1 ${one} is dead` : `${failed} ${many} are dead`,
    fa: `${inDigits(failed)} ${persian} ناموفق مانده است`,
  });

/** What is wrong, for people. */
export const says = {
  broker: (error: string | null): Translated => ({
    en: `the broker does not answer: ${error}`,
    fa: `کارگزار پیام پاسخ نمی‌دهد: ${error}`,
  }),
  outbox: counted('message of the outbox', 'messages of the outbox', 'پیام از صندوق خروجی'),
  inbox: counted('message of the inbox', 'messages of the inbox', 'پیام از صندوق ورودی'),
  work: counted('work item', 'work items', 'کار پس‌زمینه'),
  consumer: (name: string, seconds: number): Translated => ({
    en: `consumer ${name} is ${seconds} s behind the event log`,
    fa: `مصرف‌کنندهٔ ${name} به اندازهٔ ${inDigits(seconds)} ثانیه از رویدادها عقب است`,
  }),
  queue: (name: string, seconds: number): Translated => ({
    en: `work of queue ${name} has waited for ${seconds} s`,
    fa: `کارهای پس‌زمینهٔ صف ${name} به مدت ${inDigits(seconds)} ثانیه منتظر مانده‌اند`,
  }),
  node: (name: string, host: string, seconds: number): Translated => ({
    en: `${name} on ${host} has sent no heartbeat for ${seconds} s`,
    fa: `از پردازهٔ ${name} روی ${host} به مدت ${inDigits(seconds)} ثانیه خبری نیامده است`,
  }),
  background: {
    en: 'no process delivers events and runs work',
    fa: 'هیچ پردازه‌ای رویدادها را تحویل نمی‌دهد و کارهای پس‌زمینه را اجرا نمی‌کند',
  },
};
