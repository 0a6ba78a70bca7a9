/** Expressions that the editor has fields for; all others are written by hand. */
export type SimpleCron =
  | { readonly kind: 'daily'; readonly time: string }
  | { readonly kind: 'weekly'; readonly time: string; readonly weekdays: readonly Weekday[] }
  | { readonly kind: 'monthly'; readonly time: string; readonly day: string }
  | { readonly kind: 'hourly'; readonly minute: number }
  | { readonly kind: 'minutely'; readonly minutes: number };

export const weekdays = ['sat', 'sun', 'mon', 'tue', 'wed', 'thu', 'fri'] as const;
export type Weekday = (typeof weekdays)[number];
const NUMBERED = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const SHORTCUTS: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * sun',
  '@monthly': '0 0 1 * *',
};

/** Null for an expression that has to be shown as it is. */
export function readCron(expression: string): SimpleCron | null {
  const plain = expression.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...rest] = (SHORTCUTS[plain] ?? plain).split(' ');
  if (month !== '*' || rest.length > 0) return null;
  const isEachDay = day === '*' && weekday === '*';
  const [, step] = /^\*\/(\d{1,2})$/.exec(minute) ?? [];
  if (isEachDay && hour === '*' && step !== undefined && 60 % Number(step) === 0)
    return { kind: 'minutely', minutes: Number(step) };
  if (!isPart(minute, 59)) return null;
  if (isEachDay && hour === '*') return { kind: 'hourly', minute: Number(minute) };
  if (!isPart(hour, 23)) return null;
  const time = [hour, minute].map((part) => part.padStart(2, '0')).join(':');
  if (isEachDay) return { kind: 'daily', time };
  if (weekday === '*') return day === 'l' || isPart(day, 31) ? { kind: 'monthly', time, day: day.toUpperCase() } : null;
  const days = day === '*' ? readWeekdays(weekday) : null;
  return days && { kind: 'weekly', time, weekdays: days };
}

function isPart(text: string, highest: number): boolean {
  return /^\d{1,2}$/.test(text) && Number(text) <= highest;
}

/** `sat-wed`, `mon,fri`, `1-5`; in the order of the week. */
function readWeekdays(field: string): readonly Weekday[] | null {
  const found = new Set<Weekday>();
  for (const part of field.split(',')) {
    const ends = part.split('-').map((end) => weekdays.indexOf((NUMBERED[Number(end)] ?? end) as Weekday));
    const [from = -1, to = from] = ends;
    if (from < 0 || to < 0 || ends.length > 2) return null;
    for (let at = from; ; at = (at + 1) % weekdays.length) {
      const day = weekdays[at];
      if (day) found.add(day);
      if (at === to) break;
    }
  }
  return weekdays.filter((day) => found.has(day));
}

/** `time` as `08:30`. */
export function toCron(time: string, day: string, days: readonly Weekday[]): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return `${minute} ${hour} ${day} * ${days.length === 0 ? '*' : days.join(',')}`;
}
