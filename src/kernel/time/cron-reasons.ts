import { inDigits, type Translated } from '../language.ts';

/** Why a cron expression is refused. Parts of the expression are shown as they were written. */
export const cronReasons = {
  missing: { en: 'a value is missing', fa: 'مقداری کم است' },
  fieldCount: (found: number): Translated => ({
    en: `5 or 6 fields are needed, and there are ${found}`,
    fa: `۵ یا ۶ فیلد لازم است، اما ${inDigits(found)} فیلد نوشته شده`,
  }),
  noValue: (part: string): Translated => ({ en: `${part} is not a value`, fa: `مقدار «${part}» معتبر نیست` }),
  step: (part: string, high: number): Translated => ({
    en: `the step of ${part} is not from 1 to ${high}`,
    fa: `گام «${part}» باید از ۱ تا ${inDigits(high)} باشد`,
  }),
  outside: (part: string, low: number, high: number): Translated => ({
    en: `${part} is not from ${low} to ${high}`,
    fa: `مقدار «${part}» باید از ${inDigits(low)} تا ${inDigits(high)} باشد`,
  }),
  backwards: (range: string): Translated => ({
    en: `${range} ends before it begins`,
    fa: `پایان «${range}» پیش از شروع آن است`,
  }),
  never: (day: string): Translated => ({
    en: `${day} never comes in these months`,
    fa: `روز «${day}» در این ماه‌ها هرگز نمی‌رسد`,
  }),
};
