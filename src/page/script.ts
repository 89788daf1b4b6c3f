/**
 * The one script of the page: it copies, fetches what is new of a log that is shown, and says when the first
 * request of a device has come. Without it all of that takes a click.
 */

export const SCRIPT = `
'use strict'
for (const button of document.querySelectorAll('[data-copy]')) {
  button.hidden = !navigator.clipboard
  button.addEventListener('click', async () => {
    const label = button.textContent
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent)
    button.textContent = 'Copied'
    setTimeout(() => { button.textContent = label }, 2000)
  })
}
for (const list of document.querySelectorAll('[data-events]')) {
  const status = document.getElementById('status')
  const most = 200
  const events = new EventSource(list.dataset.events)
  const show = (text, name) => { status.textContent = text; status.className = name }
  for (const manual of document.querySelectorAll('.manual')) manual.hidden = true
  events.onopen = () => { if (status.className !== 'done') show(list.dataset.waiting, 'waiting') }
  events.onerror = () => {
    if (events.readyState === EventSource.CLOSED) show('The connection has ended: reload the page.', '')
    else if (status.className !== 'done') show('The connection was lost; trying again …', '')
  }
  events.addEventListener('attempt', (event) => {
    const row = JSON.parse(event.data)
    const template = document.createElement('template')
    // The server has escaped what is in it.
    template.innerHTML = row.html
    list.prepend(template.content)
    while (list.children.length > most) list.lastElementChild.remove()
    document.getElementById('nothing')?.remove()
    if (list.dataset.wizard === undefined || status.className === 'done') return
    if (row.isGood) show(list.dataset.done, 'done')
    else show('A request came and failed: see below. Still waiting …', 'waiting')
  })
}
`
