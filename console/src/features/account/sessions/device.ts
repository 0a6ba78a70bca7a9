import { useTexts } from '#app/text/language.ts';
import { words } from './words.ts';

/** What the server calls `Firefox on macOS`, in the language of the reader. */
export function useDeviceName(): (device: string) => string {
  const say = useTexts(words);
  return (device) => {
    const [program = '', system] = device.split(' on ');
    if (program === '' || program === 'unknown device') return say.unknownDevice;
    return system === undefined ? program : say.device(program, system);
  };
}
