/** The look of the page: the system's own fonts, light or dark as the system is, tables that are cards on a phone. */

export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #ffffff; --ink: #1b2330; --soft: #566074; --line: #d9dee7;
  --accent: #1f5fbf; --on-accent: #ffffff; --wash: #eef3fb;
  --good: #12683a; --good-wash: #e3f4ea; --warn: #855000; --warn-wash: #fdf1dc; --bad: #a3202a; --bad-wash: #fdeaea;
  --radius: 10px; --gap: 1rem;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161d; --card: #1b212b; --ink: #e6eaf1; --soft: #a3adbe; --line: #313a49;
    --accent: #8ab8ff; --on-accent: #0d1a30; --wash: #222b39;
    --good: #79d8a2; --good-wash: #17332a; --warn: #f1c06b; --warn-wash: #3a2e16; --bad: #ff9d9d; --bad-wash: #40211f;
  }
}
* { box-sizing: border-box; }
html { font: 100%/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .5rem 1rem; z-index: 1; }
.bar { background: var(--card); border-bottom: 1px solid var(--line); }
.bar > div { max-width: 68rem; margin: 0 auto; padding: .5rem 1rem; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: center; }
.brand { font-weight: 700; color: var(--ink); text-decoration: none; display: inline-flex; gap: .5rem; align-items: center; font-size: 1.05rem; }
.brand img { width: 1.4rem; height: 1.4rem; }
.bar nav { flex: 1; min-width: 0; }
.bar ul { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem .2rem; margin: 0; padding: 0; }
.bar li a { display: block; padding: .4rem .65rem; border-radius: 7px; text-decoration: none; color: var(--soft); }
.bar li a:hover { background: var(--wash); color: var(--ink); }
.bar li a[aria-current] { background: var(--wash); color: var(--accent); font-weight: 600; }
.who { display: flex; gap: .75rem; align-items: center; }
main { max-width: 68rem; margin: 0 auto; padding: 1.25rem 1rem 4rem; }
main.narrow { max-width: 27rem; padding-top: 8vh; }
h1 { font-size: 1.55rem; line-height: 1.25; margin: .25rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.12rem; margin: 0 0 .75rem; }
h3 { font-size: 1rem; margin: 1.1rem 0 .4rem; }
p { margin: .5rem 0; }
.soft { color: var(--soft); }
.small { font-size: .875rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: var(--radius); padding: 1.1rem 1.25rem; margin: 0 0 var(--gap); }
.head { display: flex; flex-wrap: wrap; gap: .5rem 1rem; justify-content: space-between; align-items: center; margin-bottom: 1rem; }
.head h1 { margin: 0; }
.row { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; }
.badge { display: inline-block; padding: .08rem .6rem; border-radius: 99px; font-size: .85rem; font-weight: 600; white-space: nowrap; background: var(--wash); color: var(--soft); }
.ok { background: var(--good-wash); color: var(--good); }
.warn { background: var(--warn-wash); color: var(--warn); }
.bad { background: var(--bad-wash); color: var(--bad); }
.note { border-radius: var(--radius); padding: .8rem 1rem; margin: 0 0 var(--gap); border: 1px solid transparent; }
.note p { margin: .2rem 0; }
.note.plain { background: var(--wash); }
code, pre, .mono { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .9em; overflow-wrap: anywhere; }
pre { background: var(--wash); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; margin: .5rem 0; overflow-x: auto; white-space: pre; overflow-wrap: normal; }
table { width: 100%; border-collapse: collapse; }
th { text-align: left; font-size: .82rem; font-weight: 600; color: var(--soft); padding: .35rem .6rem .35rem 0; border-bottom: 1px solid var(--line); }
td { padding: .6rem .6rem .6rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
tr:last-child td { border-bottom: 0; }
@media (min-width: 44.01rem) { td.title { min-width: 12rem; } }
td > :first-child { margin-top: 0; }
td form { display: inline; }
button, .button { font: inherit; font-weight: 600; cursor: pointer; border-radius: 8px; padding: .5rem 1rem; min-height: 2.6rem; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); text-decoration: none; display: inline-block; }
.quiet { background: transparent; color: var(--accent); border-color: var(--line); }
.danger { background: transparent; color: var(--bad); border-color: var(--bad); }
button:hover, .button:hover { filter: brightness(1.08); }
button.link { all: unset; cursor: pointer; color: var(--accent); text-decoration: underline; text-underline-offset: .15em; padding: .4rem 0; }
button.link:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
label { display: block; font-weight: 600; margin: .9rem 0 .3rem; }
label.check { font-weight: 400; display: flex; gap: .6rem; align-items: baseline; }
input, select { font: inherit; width: 100%; padding: .55rem .7rem; min-height: 2.6rem; border: 1px solid var(--soft); border-radius: 8px; background: var(--card); color: var(--ink); }
input[type=checkbox], input[type=radio] { width: auto; min-height: 0; accent-color: var(--accent); }
fieldset { border: 0; padding: 0; margin: .9rem 0 0; }
legend { font-weight: 600; padding: 0; margin-bottom: .4rem; }
.choices { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .5rem; }
.choices label { margin: 0; font-weight: 400; border: 1px solid var(--line); border-radius: 8px; padding: .6rem .75rem; display: flex; gap: .6rem; align-items: baseline; cursor: pointer; }
.choices label:has(:checked) { border-color: var(--accent); background: var(--wash); }
form .actions { margin-top: 1.1rem; }
.help { color: var(--soft); font-size: .875rem; margin: .25rem 0 0; font-weight: 400; }
.log { list-style: none; margin: 0; padding: 0; }
.log li { border-left: 4px solid var(--line); padding: .35rem 0 .35rem .85rem; margin: .7rem 0; overflow-wrap: anywhere; }
.log li.ok { border-color: var(--good); background: none; color: inherit; }
.log li.warn { border-color: var(--warn); background: none; color: inherit; }
.log li.bad { border-color: var(--bad); background: none; color: inherit; }
.log p { margin: 0; }
.diff { display: block; }
.diff.minus { color: var(--bad); }
.diff.plus { color: var(--good); }
.waiting::before { content: ""; display: inline-block; width: .8em; height: .8em; margin-right: .5em; border-radius: 50%; background: var(--warn); }
.done::before { content: "\\2713"; margin-right: .5em; font-weight: 700; }
.tabs { display: flex; flex-wrap: wrap; gap: .35rem; padding: 0; list-style: none; margin: 0 0 .75rem; }
.tabs a { display: block; padding: .25rem .7rem; border: 1px solid var(--line); border-radius: 99px; text-decoration: none; font-size: .9rem; }
.tabs a[aria-current] { background: var(--accent); color: var(--on-accent); border-color: var(--accent); }
.hide { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
@media (prefers-reduced-motion: no-preference) {
  .waiting::before { animation: pulse 1.6s ease-in-out infinite; }
  @keyframes pulse { 50% { opacity: .25; } }
}
@media (max-width: 44rem) {
  .bar nav { order: 3; flex-basis: 100%; }
  #snippet { white-space: pre-wrap; overflow-wrap: anywhere; }
  .bar li a { white-space: nowrap; padding: .4rem .5rem; }
  .who { margin-left: auto; }
  .card { padding: 1rem; }
  table, tbody, tr, td { display: block; }
  thead { position: absolute; left: -100vw; }
  tr { border-bottom: 1px solid var(--line); padding: .6rem 0; }
  tr:last-child { border-bottom: 0; }
  td { border: 0; padding: .15rem 0; display: grid; grid-template-columns: 6.5rem 1fr; gap: .6rem; }
  td::before { content: attr(data-label); color: var(--soft); font-size: .85rem; }
  td.title { display: block; font-size: 1.05rem; font-weight: 600; }
  td.title::before { content: none; }
  td.title p { font-weight: 400; }
  td:empty { display: none; }
}
`
