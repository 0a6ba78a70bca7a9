/** A text in one line, after its subject: without a heading that only says the subject again. */
export function previewOf(subject: string, text: string): string {
  const lines = text.split('\n').flatMap((line) => line.trim().replaceAll(/\s+/g, ' ') || []);
  const [first = ''] = lines;
  return (repeats(first, subject) ? lines.slice(1) : lines).join(' · ');
}

/** The words of a heading are in the subject, in their order: "The keys of your account" in "The keys of your Bonyan account". */
function repeats(heading: string, subject: string): boolean {
  const words = subject.split(/\s+/);
  let from = 0;
  return heading.split(' ').every((word) => (from = words.indexOf(word, from) + 1) > 0);
}
