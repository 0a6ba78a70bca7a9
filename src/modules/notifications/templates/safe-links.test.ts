import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withSafeLinks } from './safe-links.ts';

test('an address that would run a program becomes #, in every attribute and spelling, and others stay', () => {
  for (const attribute of ['href', 'src', 'action', 'formaction', 'xlink:href', 'HREF', 'background', 'poster'])
    for (const scheme of [
      'javascript:',
      'JavaScript:',
      ' javascript:',
      'java\tscript:',
      'java\nscript:',
      '\u0001javascript:',
      'vbscript:',
      'data:text/html,',
      'file:',
      'blob:',
      'javascript&colon;',
      '&#106;avascript:',
      'java&Tab;script:',
    ])
      for (const quote of ['"', "'"]) {
        const html = `<a ${attribute} = ${quote}${scheme}alert(1)${quote}>x</a>`;
        assert.equal(withSafeLinks(html), `<a ${attribute}="#">x</a>`, html);
      }
  assert.equal(withSafeLinks('<a href=javascript:alert(1)>x</a>'), '<a href="#">x</a>');
  // What another attribute contains does not hide it.
  for (const title of ['"href="', '"href=\'"', "'href='", '"x > y"', '"/"', 'href='])
    assert.equal(
      withSafeLinks(`<a title=${title} href="javascript:1">x</a>`),
      `<a title=${title} href="#">x</a>`,
      title,
    );
  assert.equal(withSafeLinks('<iframe srcdoc="<script>1</script>">'), '<iframe srcdoc="#">');
  for (const kept of [
    '<a href="https://example.com/?a=javascript:1">x</a>',
    '<a href="/console/verify#token=1:2">x</a>',
    '<a href="">x</a>',
    '<a href="https://example.com/?a=1&amp;b=2">x</a>',
    '<a href="/a?b=1&amp;c=2">x</a>',
    "<a href='mailto:sara@example.com'>x</a>",
    '<a href=tel:+98>x</a>',
    '<img src="cid:logo@bonyan"><img src="data:image/png;base64,AA==">',
    '<p>href: javascript:</p>',
    '<p>blocked: src=kafka:9092 action=deny:all &lt;a href=javascript:1&gt;</p>',
    '<a href="report&amp;more">x</a>',
    '<!-- <a href="javascript:1"> --><a title="a > b" href="https://example.com">x</a>',
  ])
    assert.equal(withSafeLinks(kept), kept);
});
