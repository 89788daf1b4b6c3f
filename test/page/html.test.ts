/** Escaping: whatever strangers write, it stays text, an attribute's value, a part of a path. */
import t from 'tap'
import { html, Html, url } from '../../src/page/html.ts'

t.test('text cannot begin a tag or an entity', async (t) => {
  const agent = '<script>alert(1)</script>&lt;'
  t.equal(html`<p>${agent}</p>`.text, '<p>&lt;script&gt;alert(1)&lt;/script&gt;&amp;lt;</p>')
})

t.test('a value cannot end its attribute', async (t) => {
  const name = `" onmouseover="alert(1)' x='`
  t.equal(
    html`<input value="${name}" />`.text,
    '<input value="&quot; onmouseover=&quot;alert(1)&#39; x=&#39;" />',
  )
})

t.test('a part of a path cannot become another path, a parameter or a scheme', async (t) => {
  const parts = ['../../x?a=b#c', 'javascript:alert(1)', '//evil.example/', '"><b>']
  for (const part of parts) {
    const path = url`/ui/hosts/${part}?q=${part}`
    const read = new URL(path, 'https://ddns.example.net')
    t.equal(read.origin, 'https://ddns.example.net')
    t.equal(read.pathname.split('/').length, 4)
    t.equal(read.searchParams.get('q'), part)
    t.equal(decodeURIComponent(read.pathname.slice('/ui/hosts/'.length)), part)
  }
})

t.test('characters that nobody sees or that turn the writing are seen', async (t) => {
  t.equal(html`${'a\u202ecod.exe\u0000\u200b'}`.text, 'a\ufffdcod.exe\ufffd\ufffd')
  t.equal(html`${'zwei\nZeilen\tä'}`.text, 'zwei\nZeilen\tä')
})

t.test(
  'what is HTML already, lists, numbers and nothing are put in as they are meant',
  async (t) => {
    const items = ['a', 'b'].map((one) => html`<b>${one}</b>`)
    t.equal(html`${items}${7}${undefined}${new Html('<hr>')}`.text, '<b>a</b><b>b</b>7<hr>')
  },
)
