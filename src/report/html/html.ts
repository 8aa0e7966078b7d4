/** The report as one HTML file: no script, nothing from outside, readable in print, in the dark, and by a screen reader. */
import { h } from 'preact';
import type { ComponentChild } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { RunResult } from '../../model/verdict.js';
import { documentOf } from '../compose-document.js';
import type { ReportDocument, Section } from '../document.js';
import { incompleteSentence } from '../missing.js';
import { plainLine } from '../plain-text.js';
import { rehearsalSentence } from '../rehearsal.js';
import { drawBlock } from './blocks.js';
import { stylesheet } from './stylesheet.js';

export function renderHtml(result: RunResult): string {
  return renderPage(documentOf(result));
}

export function renderPage(document: ReportDocument): string {
  const page = h('html', { lang: 'en' }, head(document), body(document));
  return `<!doctype html>\n${renderToString(page)}\n`;
}

function head({ title, badge }: ReportDocument): ComponentChild {
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  return h(
    'head',
    null,
    h('meta', { charset: 'utf-8' }),
    h('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('meta', { name: 'color-scheme', content: 'light dark' }),
    h('title', null, plainLine(`${badge.text}: ${title}`)),
    h('link', { rel: 'icon', href: 'data:,' }),
    h('style', { dangerouslySetInnerHTML: { __html: stylesheet } }),
  );
}

function body(document: ReportDocument): ComponentChild {
  return h(
    'body',
    null,
    h('a', { class: 'skip', href: '#report' }, 'Skip to the report'),
    h('header', null, banner(document)),
    h('nav', { 'aria-label': 'Sections' }, contents(document.sections)),
    h('main', { id: 'report' }, document.sections.map(drawSection)),
    h('footer', null, h('p', null, plainLine(document.footer))),
  );
}

function banner({ title, badge, sentence, facts, realThing, missing }: ReportDocument): ComponentChild {
  return h(
    'div',
    { class: 'banner' },
    h('p', { class: `badge ${badge.verdict}` }, badge.text),
    h('h1', null, plainLine(title)),
    h('p', { class: 'sentence' }, plainLine(sentence)),
    h(
      'p',
      { class: 'when' },
      facts.map((fact, place) => h('span', { key: place }, plainLine(fact))),
    ),
    realThing === undefined
      ? null
      : h('p', { class: 'notice' }, h('strong', null, 'REHEARSAL. '), `${rehearsalSentence} ${realThing}`),
    missing.length === 0 ? null : incomplete(missing),
  );
}

function incomplete(missing: readonly string[]): ComponentChild {
  return h(
    'div',
    { class: 'notice' },
    h('p', null, h('strong', null, incompleteSentence), ' Missing:'),
    h(
      'ul',
      null,
      missing.map((line, place) => h('li', { key: place }, plainLine(line))),
    ),
  );
}

function contents(sections: readonly Section[]): ComponentChild {
  return h(
    'ul',
    null,
    sections.map(({ id, title }) => h('li', { key: id }, h('a', { href: `#${id}` }, plainLine(title)))),
  );
}

function drawSection({ id, title, blocks }: Section): ComponentChild {
  return h(
    'section',
    { id, key: id, 'aria-labelledby': `${id}-title` },
    h('h2', { id: `${id}-title` }, plainLine(title)),
    blocks.map((block) => drawBlock(block, title)),
  );
}
