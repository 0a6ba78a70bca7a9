import { useDock } from '#app/dock/dock.tsx';
import { WorkError, type Work } from '#app/dock/work.ts';
import { useCommands } from '#app/palette/commands.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Menu, MenuItem, MenuLine } from '#app/ui/overlay/menu.tsx';
import { words } from '#app/ui/words.ts';
import type { ApiCall } from './call.tsx';

const formats = ['csv', 'json'] as const;

/** An export that a page has of its own, below those of every list. */
export interface OwnExport {
  readonly title: string;
  readonly work: Work;
}

interface ExportMenuProps {
  /** Of the list: names the file. */
  readonly title: string;
  readonly call: ApiCall;
  readonly more?: readonly OwnExport[] | undefined;
}

/** What the list shows, with its filters, as a file. The server makes it, while the dock shows how far it is. */
export function ExportMenu({ title, call, more = [] }: ExportMenuProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const dock = useDock();
  const start = (format: (typeof formats)[number]) =>
    dock.start({
      title: say.exporting(title, format.toUpperCase()),
      async run(report, signal) {
        const { makeExport } = await import('./exports.ts');
        const made = await makeExport(call, format, report, signal);
        if ('error' in made) throw new WorkError(say.exportFailed(made.error ?? ''));
        saveFile(made.content, toFileName(call.path, format));
        return say.exported(made.rowCount, fmt.number(made.rowCount));
      },
    });
  useCommands(
    formats.map((format) => {
      const name = format.toUpperCase();
      return {
        title: { en: words.en.exportAs(name), fa: words.fa.exportAs(name) },
        names: 'export download خروجی دانلود',
        icon: 'download',
        does: () => start(format),
      };
    }),
  );
  return (
    <Menu
      trigger={
        <Button isSquare look="quiet" aria-label={say.export} title={say.export}>
          <Icon name="download" />
        </Button>
      }
    >
      {formats.map((format) => (
        <MenuItem key={format} onSelect={() => start(format)}>
          {say.exportAs(format.toUpperCase())}
        </MenuItem>
      ))}
      {more.length > 0 && <MenuLine />}
      {more.map((own) => (
        <MenuItem key={own.title} onSelect={() => dock.start(own.work)}>
          {own.title}
        </MenuItem>
      ))}
    </Menu>
  );
}

/** `users-2026-11-25.csv`. */
function toFileName(path: string, format: string): string {
  const name = path.replace(/^\/api\/v\d+\//, '').replaceAll(/[^a-z0-9]+/gi, '-');
  return `${name}-${new Date().toISOString().slice(0, 10)}.${format}`;
}

/** Gives the browser a file to keep. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // the browser may still be asking where to
}
