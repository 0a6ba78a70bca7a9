import { useMutation } from '@tanstack/react-query';
import { take } from '#client';
import { given } from '#app/app/search.ts';
import { client } from '#app/server/client.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Menu, MenuItem } from '#app/ui/overlay/menu.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { toRunsQuery } from '../queries.ts';
import type { RunsSearch } from '../search.ts';
import { words } from './words.ts';

/** The runs that match the filters, as a file. */
export function Report({ search }: { readonly search: RunsSearch }) {
  const say = useTexts(words);
  const language = useLanguage();
  const tell = useToast();
  const fetchReport = useMutation({
    mutationFn: async (format: 'csv' | 'pdf') => {
      const { status, jobId, from, to } = toRunsQuery(search, 1);
      const query = given({ status, jobId, from, to, format, language });
      const blob: unknown = await take(
        client.api.GET('/api/v1/scheduler/jobs/report', { params: { query }, parseAs: 'blob' }),
      );
      if (!(blob instanceof Blob)) throw new Error(say.reportFailed);
      save(blob, `executions.${format}`);
    },
    onError: ({ message }) => tell(message || say.reportFailed),
  });
  return (
    <Menu
      trigger={
        <Button disabled={fetchReport.isPending}>
          <Icon name="download" />
          {say.report}
        </Button>
      }
    >
      <MenuItem onSelect={() => fetchReport.mutate('csv')}>{say.asCsv}</MenuItem>
      <MenuItem onSelect={() => fetchReport.mutate('pdf')}>{say.asPdf}</MenuItem>
    </Menu>
  );
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url)); // once the browser has begun
}
