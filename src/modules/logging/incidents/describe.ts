import type { Translated } from '#kernel/language.ts';
import { printNumber } from '#kernel/time/calendar.ts';
import type { RuleRow } from '../tables.ts';

type Condition = Pick<RuleRow, 'kind' | 'thresholdCount' | 'ratePercent' | 'windowSeconds'>;
const MINUTE = 60;

/** What an incident of this rule says of itself, in both languages. `groupValue`: empty without groups. */
export function describe(rule: Condition, groupValue: string): Translated {
  const group = groupValue === '' ? '' : `: ${groupValue}`;
  return { en: `${inEnglish(rule)}${group}`, fa: `${inPersian(rule)}${group}` };
}

function inEnglish({ kind, thresholdCount, ratePercent, windowSeconds }: Condition): string {
  const isWhole = windowSeconds % MINUTE === 0;
  const [amount, unit] = isWhole ? [windowSeconds / MINUTE, 'minute'] : [windowSeconds, 'second'];
  const window = `${printNumber(amount, 'en')} ${unit}${amount === 1 ? '' : 's'}`;
  if (kind === 'absence') return `No matching event within ${window}`;
  const count = printNumber(thresholdCount, 'en');
  const share = kind === 'rate' ? `, ${printNumber(ratePercent ?? 0, 'en')}% of all` : '';
  return `${count} or more matching events within ${window}${share}`;
}

function inPersian({ kind, thresholdCount, ratePercent, windowSeconds }: Condition): string {
  const isWhole = windowSeconds % MINUTE === 0;
  const [amount, unit] = isWhole ? [windowSeconds / MINUTE, 'دقیقه'] : [windowSeconds, 'ثانیه'];
  const window = `${printNumber(amount, 'fa')} ${unit}`;
  if (kind === 'absence') return `نبودن هیچ رویداد منطبق در ${window}`;
  const share = kind === 'rate' ? `، یعنی ${printNumber(ratePercent ?? 0, 'fa')}٪ از همه` : '';
  return `${printNumber(thresholdCount, 'fa')} رویداد منطبق یا بیشتر در ${window}${share}`;
}
