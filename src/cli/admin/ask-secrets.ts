import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/**
 * The next lines of standard input. In a terminal it asks each question before its line, and shows nothing of what is
 * typed. @throws an error with a message for the user when the input ends before
 */
export async function askSecrets(questions: readonly string[]): Promise<string[]> {
  const { isTTY: isTerminal } = process.stdin;
  const say = (text: string) => isTerminal && process.stderr.write(text);
  const nowhere = new Writable({ write: (_, __, done) => done() });
  // One reader for all: between two, the terminal would show what is typed.
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: isTerminal });
  const answers: string[] = [];
  say(questions[0] ?? '');
  await new Promise<void>((resolve) => {
    reader.once('close', resolve); // also at Ctrl-C and Ctrl-D
    reader.on('line', (line) => {
      say('\n');
      if (answers.length < questions.length) say(questions[answers.push(line)] ?? '');
      if (answers.length === questions.length) reader.close();
    });
  });
  if (answers.length === questions.length) return answers;
  throw Object.assign(
    new Error(
      'No password was given: type it in a terminal, write it to standard input, or set BONYAN_ADMIN_PASSWORD.',
    ),
    { code: 'INPUT_ENDED' },
  );
}
