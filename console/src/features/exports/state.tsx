import type { Export } from '#client';
import { useTexts } from '#app/text/language.ts';
import { Badge, type State } from '#app/ui/badge.tsx';
import { words } from './words.ts';

const LOOKS: Readonly<Record<Export['status'], State>> = { waiting: 'plain', running: 'info', done: 'ok', failed: 'bad' }; // prettier-ignore

export function ExportState({ status }: Pick<Export, 'status'>) {
  return <Badge state={LOOKS[status]}>{useTexts(words).statuses[status]}</Badge>;
}
