import type { Chapter } from './telling.ts';

const INTRODUCTION = `# The first story

This page shows the first steps with a new installation, from the first administrator to Ctrl-C, with the requests and
answers of one run. \`tests/story/story.test.ts\` runs the same steps, and fails when this page has other steps.
\`npm run first-story\` runs them and writes this page.

Answers are shortened; ids, codes, tokens and instants are replaced by words in angle brackets. \`$SARA\` is the access
token of the user Sara. Each run has its own data folder and PostgreSQL.
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
