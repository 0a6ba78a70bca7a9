import { fileErrors } from '../contract.ts';

export interface Refused {
  readonly id: string;
  /** Null for a file that the person may not read. */
  readonly fileName: string | null;
  readonly code: string;
}

export const REPORT = 'not-included.txt';
const REASONS: Readonly<Record<string, readonly [en: string, fa: string]>> = {
  [fileErrors.notFound.code]: [
    'there is no such file, or you may not read it',
    'چنین فایلی نیست، یا اجازهٔ خواندن آن را ندارید',
  ],
  [fileErrors.pending.code]: ['it is not released yet', 'هنوز آماده نشده است'],
  [fileErrors.maliciousContent.code]: ['it is infected', 'آلوده است'],
};
const UNAVAILABLE = ['its content is not available', 'محتوای آن در دسترس نیست'] as const;

/** The text in an archive that names the files which are not in it. */
export function toReport(refused: readonly Refused[]): string {
  const lines = (language: 0 | 1) =>
    refused.map(({ id, fileName, code }) => {
      const reason = (REASONS[code] ?? UNAVAILABLE)[language];
      return `- ${fileName === null ? id : `${fileName} (${id})`}: ${reason}`;
    });
  const parts = ['These files are not in the archive:', ...lines(0), '', 'این فایل‌ها در آرشیو نیستند:', ...lines(1)];
  return `${parts.join('\r\n')}\r\n`;
}
