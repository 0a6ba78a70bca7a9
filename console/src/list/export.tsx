import { useNavigate } from '@tanstack/react-router';
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
  /** The list is a part of a page: the palette has the export of the page. */
  readonly isPart?: boolean;
}

/** What the list shows, with its filters, as a file. The server makes it, while the dock shows how far it is. */
export function ExportMenu({ title, call, more = [], isPart = false }: ExportMenuProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const dock = useDock();
  const navigate = useNavigate();
  const start = (format: (typeof formats)[number]) =>
    dock.start({
      title: say.exporting(title, format.toUpperCase()),
      isOnServer: true,
      canCancel: true,
      page: { to: '/exports', title: say.allExports },
      async run(report, signal) {
        const { askForExport, downloadExport, followExport } = await import('./exports.ts');
        const { id } = await askForExport(call, format, signal);
        const made = await followExport(id, report, signal);
        if (made.status === 'failed') throw new WorkError(say.exportFailed(made.error ?? ''));
        await downloadExport(made);
        return say.exported(made.rowCount, fmt.number(made.rowCount));
      },
    });
  useCommands(
    (isPart ? [] : formats).map((format) => {
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
      <MenuLine />
      <MenuItem onSelect={() => void navigate({ to: '/exports' })}>{say.allExports}</MenuItem>
    </Menu>
  );
}
