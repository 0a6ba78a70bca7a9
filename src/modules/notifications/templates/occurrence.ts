import { parseDate, printDate, type Reader } from '#kernel/calendar.ts';
import { pickLanguage, type Language } from '#kernel/language.ts';
import type { Occurrence } from '../contract.ts';
import { escapeHtml, isDocument } from './layout.ts';

const WORDS = {
  en: { at: 'Time', ip: 'IP address', device: 'Device', unknown: 'unknown', on: 'on' },
  fa: { at: 'زمان', ip: 'نشانی IP', device: 'دستگاه', unknown: 'ناشناس', on: 'روی' },
} satisfies Record<Language, Record<string, string>>;

interface FactsOptions extends Reader {
  readonly occurrence?: Occurrence | null;
  readonly asHtml: boolean;
}

/**
 * The text with when, from where and by what device something happened: before its closing note, or at its end. A whole
 * document is left as it is.
 */
export function withFacts(body: string, { occurrence, asHtml, ...reader }: FactsOptions): string {
  if (!occurrence || isDocument(body)) return body;
  const facts = toFacts(occurrence, reader);
  if (!asHtml) return `${body.trim()}\n\n${facts.map(([label, value]) => `${label}: ${value}`).join('\n')}`;
  const lines = facts.map(([label, value]) => `${label}: <b><bdi>${escapeHtml(value)}</bdi></b>`);
  const block = `<p class="facts">${lines.join('<br>')}</p>`;
  const note = body.lastIndexOf('<p class="note">');
  return note < 0 ? `${body}\n${block}` : `${body.slice(0, note)}${block}\n${body.slice(note)}`;
}

/** Label and value of what is known. */
function toFacts({ at, ip, device }: Occurrence, reader: Reader): (readonly [string, string])[] {
  const words = WORDS[pickLanguage(reader.language)];
  const date = parseDate(at);
  if (!date) throw new Error('an occurrence has no instant');
  const when = [words.at, printDate(date, 'dateTime', reader)] as const;
  if (ip === null && device === null) return [when];
  const program = device?.program ?? words.unknown;
  const named = device?.system ? `${program} ${words.on} ${device.system}` : program;
  return [when, ...(ip === null ? [] : [[words.ip, ip] as const]), [words.device, named]];
}
