const READABLE = 4.5; // WCAG 2.2, success criterion 1.4.3

/** The first of the colours that can be read on the surface; else the one with the most contrast. */
export function readableOn(surface: string, colors: readonly [string, ...string[]]): string {
  const readable = colors.find((color) => contrastOf(surface, color) >= READABLE);
  return (
    readable ?? colors.reduce((one, other) => (contrastOf(surface, other) > contrastOf(surface, one) ? other : one))
  );
}

/** From 1 to 21 (WCAG 2.2). */
export function contrastOf(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminanceOf(one), luminanceOf(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminanceOf(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((from) => {
    const part = parseInt(color.slice(from, from + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
