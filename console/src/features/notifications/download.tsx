import { useMutation } from '@tanstack/react-query';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';

const words = { en: { download: 'Download CSV' }, fa: { download: 'دانلود CSV' } };

interface DownloadProps {
  readonly fileName: string;
  readonly read: () => Promise<unknown>;
}

/** The file comes with the token of the session, so it is read first and handed to the browser then. */
export function DownloadButton({ fileName, read }: DownloadProps) {
  const say = useTexts(words);
  const tell = useToast();
  const download = useMutation({
    mutationFn: async () => {
      const url = URL.createObjectURL((await read()) as Blob);
      const link = document.createElement('a');
      link.href = url;
      link.download = fileName;
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000); // a browser may ask where to save it
    },
    onError: ({ message }) => tell(message),
  });
  return (
    <Button disabled={download.isPending} onClick={() => download.mutate()}>
      <Icon name="download" />
      {say.download}
    </Button>
  );
}
