import { useTexts } from '#app/text/language.ts';
import { words } from './words.ts';

const names = {
  en: {
    subjects: {
      'objective.source': 'No process records its requests',
      'orchestration.broker': 'The broker does not answer',
      'orchestration.outbox': 'Messages of the outbox are dead',
      'orchestration.inbox': 'Messages of the inbox are dead',
      'orchestration.work': 'Background work is dead',
    } as Readonly<Record<string, string>>,
    subjectsOf: {
      'orchestration.consumer': (name) => `Consumer ${name} is behind the event log`,
      'orchestration.queue': (name) => `Work of queue ${name} waits too long`,
      'orchestration.node': () => 'A process has sent no heartbeat',
    } as Readonly<Record<string, (name: string) => string>>,
  },
  fa: {
    subjects: {
      'objective.source': 'هیچ پردازه‌ای درخواست‌هایش را ثبت نمی‌کند',
      'orchestration.broker': 'کارگزار پیام پاسخ نمی‌دهد',
      'orchestration.outbox': 'پیام‌های ناموفق در صندوق خروجی',
      'orchestration.inbox': 'پیام‌های ناموفق در صندوق ورودی',
      'orchestration.work': 'کارهای پس‌زمینهٔ ناموفق',
    } as Readonly<Record<string, string>>,
    subjectsOf: {
      'orchestration.consumer': (name) => `عقب ماندن مصرف‌کنندهٔ ${name} از رویدادها`,
      'orchestration.queue': (name) => `انتظار طولانی کارهای پس‌زمینهٔ صف ${name}`,
      'orchestration.node': () => 'بی‌خبری از یک پردازه',
    } as Readonly<Record<string, (name: string) => string>>,
  },
};

/** What an alert is about, in the words of the reader; a subject that the console does not know stays as it is. */
export function useSubjectName(): (subject: string) => string {
  const { about } = useTexts(words);
  const { subjects, subjectsOf } = useTexts(names);
  return (subject) => {
    const known = subjects[subject];
    if (known !== undefined) return known;
    const [, kind = '', name = ''] =
      /^(objective|level|orchestration\.(?:consumer|queue|node))\.(.+)$/.exec(subject) ?? [];
    return subjectsOf[kind]?.(name) ?? about[name] ?? subject;
  };
}
