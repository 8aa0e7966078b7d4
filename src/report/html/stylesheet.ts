/** Styles for screen, dark screen and paper. Colours are never alone: a mark or a word says the same. */
export const stylesheet = `
:root { color-scheme: light dark;
  --paper: #ffffff; --ink: #1a1d21; --quiet: #54595f; --line: #d5d9de; --shade: #f4f6f8; --link: #0b5cad;
  --met: #17692f; --missed: #b3161b; --inconclusive: #855800; --met-fill: #3f9b5b; --missed-fill: #d9534f;
  --inconclusive-fill: #c98f1d; --phase: #dbe4ee; --step: #bfd6ee; --span-ink: #1a1d21; --outage: #d9534f; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #14171a; --ink: #e7e9ec; --quiet: #a6adb5; --line: #3a4047; --shade: #1d2125; --link: #7db8f5;
  --met: #6fce8b; --missed: #ff8f8a; --inconclusive: #f0bf5e; --phase: #33404d; --step: #2c4a68; --span-ink: #e7e9ec; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: .6rem 0; }
h2 { font-size: 1.25rem; margin: 2.4rem 0 .8rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
.sentence { font-size: 1.1rem; max-width: 52rem; margin: .4rem 0; }
.when { color: var(--quiet); margin: .2rem 0 1rem; } .when span + span::before { content: ' · '; }
.badge { display: inline-block; margin: 0; padding: .25rem .9rem; border: 2px solid currentColor; border-radius: .3rem;
  font-weight: 700; letter-spacing: .05em; }
.badge.met, td.met { color: var(--met); } .badge.missed, td.missed { color: var(--missed); }
.badge.inconclusive, td.inconclusive { color: var(--inconclusive); }
.notice { background: var(--shade); border-left: 5px solid var(--inconclusive); padding: .7rem 1rem; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; padding: .6rem 0; margin: 1rem 0;
  border: solid var(--line); border-width: 1px 0; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .93rem; }
caption { text-align: left; color: var(--quiet); padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
td.digest { font-family: ui-monospace, monospace; font-size: .85em; overflow-wrap: anywhere; min-width: 11rem; }
.whole { white-space: nowrap; }
thead th { color: var(--quiet); font-weight: 600; }
tbody th { font-weight: 600; }
dl { margin: 0; } dl div { display: grid; grid-template-columns: minmax(10rem, 17rem) 1fr; gap: 0 1rem; padding: .3rem 0;
  border-bottom: 1px solid var(--line); }
dt { color: var(--quiet); } dd { margin: 0; } dd.missing { color: var(--missed); font-weight: 600; }
details { margin: .5rem 0; border: 1px solid var(--line); border-radius: .3rem; }
summary { cursor: pointer; padding: .4rem .8rem; }
pre { margin: 0; padding: .8rem; background: var(--shade); overflow: auto; max-height: 32rem; font-size: .85rem; white-space: pre-wrap; }
figure { margin: 1.2rem 0; } figcaption { color: var(--quiet); font-size: .93rem; }
svg { width: 100%; height: auto; font-size: 12px; } svg text { fill: var(--ink); }
text.figure { stroke: var(--paper); stroke-width: 5px; paint-order: stroke; }
.tick line { stroke: var(--line); } .tick text { fill: var(--quiet); }
.bar rect { fill: var(--quiet); } .bar.met rect { fill: var(--met-fill); } .bar.missed rect { fill: var(--missed-fill); }
.bar.inconclusive rect { fill: var(--inconclusive-fill); } .bar rect.open { opacity: .35; }
.error { stroke: var(--ink); stroke-width: 2; fill: none; }
.target line, .mark line { stroke: var(--ink); stroke-width: 2; stroke-dasharray: 5 3; } .target text, .mark text { font-weight: 600; }
.point circle { fill: var(--quiet); stroke: var(--quiet); stroke-width: 2; } .point.met circle { fill: var(--met-fill); stroke: var(--met-fill); }
.point.missed circle { fill: var(--missed-fill); stroke: var(--missed-fill); } .point.inconclusive circle { fill: var(--inconclusive-fill); stroke: var(--inconclusive-fill); }
.point.rehearsal circle { fill: var(--paper); } text.end { fill: var(--quiet); }
.span.phase rect { fill: var(--phase); stroke: var(--line); } .span.step rect { fill: var(--step); stroke: var(--line); }
.span.outage rect, .span.bad rect { fill: var(--outage); } .span text { fill: var(--span-ink); }
.span.outage text, .span.bad text { fill: #1a1d21; }
footer { margin-top: 3rem; color: var(--quiet); font-size: .9rem; }
@media (max-width: 40rem) { dl div { grid-template-columns: 1fr; } }
@media print { :root { --paper: #fff; --ink: #000; --quiet: #444; --line: #bbb; --shade: #f3f3f3; --met: #17692f;
  --missed: #b3161b; --inconclusive: #855800; --phase: #dbe4ee; --step: #bfd6ee; --span-ink: #000; }
  body { max-width: none; padding: 0; font-size: 10.5pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  nav, .skip { display: none; } .scroll { overflow: visible; } pre { max-height: none; }
  h2 { break-after: avoid; } tr, figure, dl div { break-inside: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; } }
`;
