import type { Chapter } from './telling.ts';

const INTRODUCTION = `# The first story

What a person does with a fresh copy, from the first administrator to Ctrl-C, as one run of it was answered. The test
of the story (\`tests/story/story.test.ts\`) tells the same steps and fails when they are not those of this page;
\`npm run first-story\` runs them and writes this page.

Answers are shortened; ids, codes, tokens and instants are replaced by words in angle brackets. \`$SARA\` is her access
token. Each run has a data folder and a PostgreSQL of its own.
`;

/** The story as Markdown: one heading a step, with the command and what was answered. */
export function toPage(chapters: readonly Chapter[]): string {
  const parts = chapters.flatMap(({ title, steps }) => [
    `## ${title}\n`,
    ...steps.map(
      (step) => `### ${step.title}\n\n\`\`\`sh\n${step.command}\n\`\`\`\n\n\`\`\`text\n${step.outcome}\n\`\`\`\n`,
    ),
  ]);
  return [INTRODUCTION, ...parts].join('\n');
}

/** The headings of a page, in order: what it promises to have happened. */
export function headingsOf(page: string): string[] {
  return page.split('\n').filter((line) => /^##+ /.test(line));
}
