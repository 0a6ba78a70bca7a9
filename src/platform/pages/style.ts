/** The look of every page: the tokens of the console, light and dark by the reader's system, from 320 px on. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ground: #f1eee6; --sheet: #fdfcf9; --raised: #f7f4ed; --line: #e5e0d4; --line2: #cfc8b8;
  --field: #8c8878; --ink: #16242d; --ink2: #475661; --ink3: #5c6972; --kashi: #0b6b72; --kashi-soft: #ddeeec;
  --onkashi: #fff; --ok: #1b7044; --warn: #8a5700; --bad: #ae2a1f; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0a1218; --sheet: #101a21; --raised: #16222a; --line: #22313a; --line2: #3a4c56; --field: #5e727d;
    --ink: #e8eef0; --ink2: #b0bec5; --ink3: #8a9aa3; --kashi: #56c5c0; --kashi-soft: #12343a; --onkashi: #04201f;
    --ok: #6fcf97; --warn: #e8bc5d; --bad: #f4988c; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.6 "Hanken Grotesk Variable", "Hanken Grotesk", "Vazirmatn Variable", Vazirmatn, system-ui, "Segoe UI", Tahoma, sans-serif; }
html[lang=fa] body { line-height: 1.8;
  font-family: "Vazirmatn Variable", Vazirmatn, "Hanken Grotesk Variable", system-ui, "Segoe UI", Tahoma, sans-serif; }
a { color: var(--kashi); text-underline-offset: 3px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--kashi); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; inset-inline-start: 1rem; top: -4rem; padding: .5rem 1rem; background: var(--kashi); color: var(--onkashi);
  border-radius: 8px; }
.skip:focus { top: .5rem; }
body > header { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.25rem; max-width: 76rem; margin: 0 auto;
  padding: .9rem 1.25rem; }
body > header a { display: inline-block; padding: .25rem 0; color: var(--ink2); text-decoration: none; }
body > header a:hover, body > header a[aria-current] { color: var(--kashi); }
body > header .home { display: flex; align-items: center; gap: .6rem; color: var(--ink); font-weight: 650; margin-inline-end: auto; }
.home svg { display: block; width: 28px; height: 28px; }
body > header ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0; padding: 0; list-style: none; }
@media (max-width: 30rem) { body > header, body > header ul { gap: .25rem .8rem; } body > header { padding-inline: 1rem; font-size: .93rem; } }
main { max-width: 76rem; margin: 0 auto 3rem; padding: 1.75rem clamp(1rem, 4vw, 2.5rem) 2.5rem; background: var(--sheet);
  border: 1px solid var(--line); border-radius: 16px; }
@media (min-width: 78rem) { main { width: calc(100% - 2.5rem); } }
h1 { margin: 0 0 .35rem; font-size: 1.6rem; line-height: 1.35; text-wrap: balance; overflow-wrap: anywhere; }
h2 { margin: 2.25rem 0 .5rem; font-size: 1.2rem; line-height: 1.4; }
h3 { margin: 1.75rem 0 .4rem; font-size: 1.02rem; }
h2, h3, p { overflow-wrap: anywhere; }
p, ul, ol { margin: .6rem 0; }
.lead { color: var(--ink2); margin-top: 0; max-width: 46rem; }
.meta { color: var(--ink3); font-size: .87rem; }
code, pre, .mono { font-family: "JetBrains Mono Variable", "JetBrains Mono", ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .87em; }
code, .mono { direction: ltr; unicode-bidi: isolate; overflow-wrap: anywhere; }
:not(pre) > code { padding: .1em .35em; background: var(--raised); border: 1px solid var(--line); border-radius: 5px; }
pre { direction: ltr; text-align: left; overflow-x: auto; padding: .9rem 1rem; background: var(--raised); border: 1px solid var(--line);
  border-radius: 8px; line-height: 1.55; }
pre code { font-size: inherit; }
.scroll { overflow-x: auto; }
.scroll :is(td, th, code) { overflow-wrap: normal; }
:not(pre) > code { -webkit-box-decoration-break: clone; box-decoration-break: clone; }
table { border-collapse: collapse; width: 100%; font-size: .93rem; }
th, td { padding: .5rem .75rem; text-align: start; vertical-align: top; border-bottom: 1px solid var(--line); }
th { color: var(--ink2); font-weight: 600; white-space: nowrap; }
th:first-child, td:first-child { padding-inline-start: 0; }
blockquote { margin: 1rem 0; padding-inline-start: 1rem; border-inline-start: 3px solid var(--line2); color: var(--ink2); }
img { max-width: 100%; height: auto; border-radius: 8px; }
hr { border: 0; border-top: 1px solid var(--line); margin: 2rem 0; }
.status { display: inline-block; min-width: 3.2em; font-variant-numeric: tabular-nums; font-weight: 600; color: var(--warn); }
.status.fault { color: var(--bad); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); gap: 1rem; padding: 0; margin: 1.5rem 0 0;
  list-style: none; }
.cards li { border: 1px solid var(--line); border-radius: 12px; background: var(--raised); padding: 1rem 1.1rem; }
.cards a { font-weight: 600; }
.cards p { margin: .25rem 0 0; color: var(--ink2); }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .35rem 1.25rem; margin: 1rem 0; }
.facts dt { color: var(--ink3); }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.empty { padding: 2.5rem 1rem; text-align: center; color: var(--ink2); }
.empty p { max-width: 34rem; margin-inline: auto; }
button { padding: .5rem 1rem; font: inherit; color: var(--ink); background: transparent; border: 1px solid var(--field); border-radius: 8px;
  cursor: pointer; }
button:hover { border-color: var(--kashi); color: var(--kashi); }
input { padding: .5rem .75rem; font: inherit; color: inherit; background: var(--sheet); border: 1px solid var(--field); border-radius: 8px;
  min-width: 0; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; margin: 1rem 0; }
.bar form { display: flex; flex: 1 1 18rem; gap: .5rem; }
.bar input { flex: 1; }
.split { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5rem; }
.split > * { min-width: 0; }
.split h2:first-child { margin-top: 0; }
@media (min-width: 56rem) { .split { grid-template-columns: minmax(15rem, 20rem) minmax(0, 1fr); gap: 2rem; } }
.list { margin: 0; padding: 0; list-style: none; }
.list a { display: block; padding: .55rem .75rem; border-bottom: 1px solid var(--line); color: inherit; text-decoration: none; overflow-wrap: anywhere; }
.list a:hover { background: var(--raised); }
.list a[aria-current] { background: var(--kashi-soft); border-radius: 8px; border-color: transparent; }
.list strong, .list .meta > * { display: block; }
.list strong { font-weight: 600; }
.list.tall { max-height: 18rem; overflow-y: auto; }
@media (min-width: 56rem) { .list.tall { max-height: 75vh; } }
iframe { display: block; width: 100%; height: min(70vh, 46rem); border: 1px solid var(--line2); border-radius: 12px; background: #fff;
  color-scheme: light; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; direction: inherit; text-align: start; }
.manual { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.5rem 2.5rem; }
.manual > * { min-width: 0; }
.manual nav h2 { margin: 1.25rem 0 .25rem; font-size: .87rem; color: var(--ink3); }
.manual nav h2:first-child { margin-top: 0; }
.manual nav ul, .here ul { margin: 0; padding: 0; list-style: none; }
.manual nav li a, .here li a { display: block; padding: .25rem .6rem; color: var(--ink2); text-decoration: none; border-radius: 6px; }
.manual nav li a { margin-inline-start: -.6rem; }
.manual nav li a:hover, .here li a:hover { background: var(--raised); }
.manual nav li a[aria-current] { background: var(--kashi-soft); color: var(--kashi); font-weight: 600; }
.here .level-3 { padding-inline-start: 1rem; }
nav.here { display: none; font-size: .87rem; }
details.here { margin: .5rem 0 1.25rem; border: 1px solid var(--line); border-radius: 8px; }
details.here summary { padding: .5rem .9rem; cursor: pointer; color: var(--ink2); }
details.here ul { padding: 0 .4rem .5rem; }
.manual article { max-width: 46rem; overflow-wrap: anywhere; }
.manual article[dir=ltr] { line-height: 1.65; }
.manual article li { margin: .3rem 0; }
.manual article :is(ul, ol) { padding-inline-start: 1.5rem; }
.here a { overflow-wrap: anywhere; }
.manual article h2 { border-top: 1px solid var(--line); padding-top: 1.5rem; }
.anchor { padding-inline: .4em; color: var(--ink3); font-weight: 400; text-decoration: none; opacity: 0; }
:is(h2, h3):hover > .anchor, .anchor:focus-visible { opacity: 1; }
.file { margin: 1.25rem 0 -.35rem; }
.neighbours { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .75rem; max-width: 46rem; margin-top: 2.5rem; }
.neighbours a { flex: 0 1 18rem; padding: .6rem .9rem; border: 1px solid var(--line); border-radius: 8px; text-decoration: none; }
.neighbours a:hover { border-color: var(--kashi); }
.neighbours [rel=next] { margin-inline-start: auto; text-align: end; }
.neighbours .meta { display: block; }
#contents { border-top: 1px solid var(--line); padding-top: 1.25rem; }
@media (min-width: 56rem) {
  .manual { grid-template-columns: 14rem minmax(0, 1fr); }
  #contents { grid-column: 1; grid-row: 1; border: 0; padding: 0; font-size: .93rem; }
  .text-column { grid-column: 2; grid-row: 1; }
  .jump { display: none; }
}
@media (min-width: 72rem) {
  .manual { grid-template-columns: 13rem minmax(0, 1fr) 12rem; }
  nav.here { display: block; grid-column: 3; grid-row: 1; align-self: start; position: sticky; top: 1rem;
    max-height: calc(100vh - 2rem); overflow-y: auto; padding-inline-start: .6rem; }
  details.here { display: none; }
}
@media print {
  :root { color-scheme: light; --ground: #fff; --sheet: #fff; --raised: #f4f4f4; --line: #ccc; --ink: #000; --ink2: #222; --ink3: #444;
    --kashi: #000; }
  body > header, #contents, .here, nav.here, .jump, .neighbours, .skip, .anchor { display: none; }
  main, .manual, .manual article { display: block; width: auto; max-width: none; margin: 0; padding: 0; border: 0; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  .scroll { overflow: visible; }
  h2, h3 { break-after: avoid; }
  pre, tr, img { break-inside: avoid; }
}
@media (prefers-reduced-motion: no-preference) { a, button { transition: color .12s, background-color .12s; } }
`;
