import { inspect, styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const LEVELS: Readonly<Record<number, readonly [string, Style]>> = {
  10: ['TRACE', 'gray'],
  20: ['DEBUG', 'gray'],
  30: ['INFO', 'green'],
  40: ['WARN', 'yellow'],
  50: ['ERROR', 'red'],
  60: ['FATAL', 'red'],
};
const WIDTH = 5;
/** What a terminal would obey, or show in another order than it is. Line ends too: a value must not look like a line. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** One JSON line of the log for people: time of this machine, level, text, fields; below it the stack of an error. */
export function toPrettyLine(line: string, hasColours: boolean): string {
  const { time, level, msg, err, ...fields }: Record<string, unknown> = JSON.parse(line);
  const paint = (style: Style, text: string) => (hasColours ? styleText(style, text, { validateStream: false }) : text);
  const [name, colour] = LEVELS[Number(level)] ?? [String(level), 'gray'];
  const shown = Object.entries(fields).map(([key, value]) => `${paint('gray', `${escape(key)}=`)}${toText(value)}`);
  const head = [
    paint('gray', toClock(new Date(Number(time)))),
    paint(colour, name.padEnd(WIDTH)),
    escape(String(msg)),
    ...shown,
  ];
  return `${head.join(' ')}\n${toLines(err)}`;
}

function toClock(at: Date): string {
  const [hours, minutes, seconds] = [at.getHours(), at.getMinutes(), at.getSeconds()].map((n) => pad(n, 2));
  return `${hours}:${minutes}:${seconds}.${pad(at.getMilliseconds(), 3)}`;
}

function pad(number: number, width: number): string {
  return String(number).padStart(width, '0');
}

/** As it is where no reader could take it for several fields. */
function toText(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? escape(value) : escape(JSON.stringify(value));
}

/** An error below its line: the stack, which begins with type and message, and its further members. */
function toLines(error: unknown): string {
  if (error === undefined) return '';
  if (typeof error !== 'object' || error === null) return `    ${toText(error)}\n`;
  const { type, message, stack, ...rest } = error as Record<string, unknown>; // as the serializer writes it
  const lines = typeof stack === 'string' ? stack.split('\n') : [`${String(type)}: ${String(message)}`];
  if (Object.keys(rest).length > 0) lines.push(inspect(rest, { breakLength: Infinity, depth: 4 }));
  return lines.map((each) => `    ${escape(each)}\n`).join('');
}

function escape(text: string): string {
  return text.replace(UNSAFE, (unsafe) => `\\u${unsafe.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
