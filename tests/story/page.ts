import type { Chapter } from './telling.ts';

const BLOCK = /^```[^]*?^```$/gm;

const INTRODUCTION = `# The first story

This page shows the first steps with a new installation, from the first administrator to Ctrl-C, with the requests and
answers of one run. \`tests/story/story.test.ts\` runs the same steps, and fails when this page has other steps.
\`npm run first-story\` runs them and writes this page.

Answers are shortened; ids, codes, tokens and instants are replaced by words in angle brackets. \`$SARA\` is the access
token of the user Sara, \`$LAPTOP\` and \`$PHONE\` are those of her other sessions, \`$ADMIN\` is that of the
administrator, and \`$SERVER\` the process id of the server. \`npm start\` also prints the set-up link
(\`/setup#token=<set-up token>\`) and the link of the mailbox (\`/dev/mailbox?key=<mailbox key>\`).

Each run has its own data folder and PostgreSQL. To follow it by hand, start with an empty folder:
\`BONYAN_DATA_DIR=$(mktemp -d) npm start\`.
`;

/** The story as Markdown: one heading per step, with the command and the answer. */
export function toPage(chapters: readonly Chapter[]): string {
  const parts = chapters.flatMap(({ title, steps }) => [
    `## ${title}\n`,
    ...steps.map(
      (step) => `### ${step.title}\n\n\`\`\`sh\n${step.command}\n\`\`\`\n\n\`\`\`text\n${step.outcome}\n\`\`\`\n`,
    ),
  ]);
  return [INTRODUCTION, ...parts].join('\n');
}

/** The headings of a page, in order. */
export function headingsOf(page: string): string[] {
  return page.split('\n').filter((line) => /^##+ /.test(line));
}

/** A translation of the page with the commands and answers of `page`. The headings of new steps are added by hand. */
export function withBlocksOf(page: string, translation: string): string {
  const blocks = page.match(BLOCK) ?? [];
  let next = 0;
  return translation.replaceAll(BLOCK, () => blocks[next++] ?? '');
}
