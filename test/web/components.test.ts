import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  attributesOf,
  frame,
  idsOf,
  renderComponent,
  renderView,
  unescapedOutputs,
  viewsDir,
} from '#test/render-view.ts';

const hostile = `"><script>alert(1)</script>'`;
const escaped = '&lt;script&gt;alert(1)&lt;/script&gt;';
const long = 'a very long sentence without an end '.repeat(40).trim();
const fine = (values: Record<string, string> = {}) => ({ values, errors: {} });
const wrong = (name: string, text: string) => ({ values: { [name]: text }, errors: { [name]: text } });

/** Every component with `text` in each of its parameters that a person or a record may have written. */
function everywhere(text: string): [string, object][] {
  const link = { href: text, text };
  const badge = { kind: 'ok', text, icon: text };
  const options = [{ value: text, text, sub: text }];
  const form = { values: { name: text }, errors: { name: text } };
  const columns = [
    { key: 'a', label: text },
    { key: 'b', label: text, kind: 'num', hideSmall: true, grow: true },
  ];
  const cells = { a: { text, href: text, sub: text, subSmall: text, badge, tone: 'credit' }, b: text };
  const table = { caption: text, columns, rows: [{ group: text }, { cells, state: 'now' }], foot: { cells } };
  const control = { form, name: 'name', label: text, hint: text };
  const bars = [{ x: text, width: text, segments: [{ key: 'principal', y: text, height: text }] }];
  return [
    ['icon', { icon: text, small: true }],
    ['error-summary', { form: { values: {}, errors: { [text]: text, form: text } } }],
    ['field', { ...control, unit: text, width: 'amount', inputmode: text, autocomplete: text, maxlength: text }],
    ['field', { ...control, name: text, form: { values: { [text]: text }, errors: { [text]: text } }, type: text }],
    ['textarea', { ...control, rows: text, maxlength: text }],
    ['select', { ...control, options, width: 'short' }],
    ['radios', { form, name: 'name', legend: text, hint: text, options, columns: 2 }],
    ['checkbox', control],
    ['date', { ...control, min: text, max: text }],
    ['badge', badge],
    ['money', { amount: text, tone: 'credit', unit: text }],
    ['figures', { items: [{ label: text, value: text, note: text, href: text, tone: text }] }],
    ['rows', { items: [{ label: text, value: text, href: text, total: true }] }],
    ['table', table],
    ['pagination', { paging: { page: text, pages: 2, total: text, from: text, to: text, previous: text, next: text } }],
    ['empty-state', { title: text, text, action: link }],
    [
      'task-list',
      {
        items: [
          { text, href: text, state: 'done', current: true },
          { text, state: 'todo' },
        ],
      },
    ],
    ['timeline', { items: [{ text, time: text, datetime: text, state: text }] }],
    ['ring', { percent: text, label: text }],
    ['page-head', { title: text, sub: text, badge, action: { ...link, icon: text }, secondary: link }],
    ['card', { title: text, id: text, note: text, link, foot: { text, link }, body: '' }],
    ['chart-frame', { id: text, title: text, lead: text, summary: text, table, body: '' }],
    [
      'stacked-bars',
      {
        label: text,
        series: [{ key: 'principal', text }],
        bars,
        axis: [{ y: text, text }],
        marker: { x: text, before: text, after: text },
        firstText: text,
        lastText: text,
      },
    ],
    ['inbox-list', { items: [{ href: text, title: text, sub: text, unread: true }] }],
    ['alert', { kind: 'warn', title: text, text, link }],
  ];
}

describe('every component', () => {
  it.each(everywhere(hostile))('%s escapes what a person wrote', async (name, parameters) => {
    const html = await renderComponent(name, parameters);
    expect(html).toContain(escaped);
    expect(html).not.toContain('<script');
  });

  it.each(everywhere(long))('%s takes a long text whole, and says each id once', async (name, parameters) => {
    const html = await renderComponent(name, parameters);
    expect(html).toContain(long);
    expect(new Set(idsOf(html)).size).toBe(idsOf(html).length);
    expect(html).not.toMatch(/\sstyle=|undefined|\[object/);
  });

  it('escapes the token of a form', async () => {
    expect(await renderComponent('csrf', { ui: { ...frame, csrf: hostile } })).not.toContain('<script');
  });
});

describe('a control of a form', () => {
  const controls: [string, object][] = [
    ['field', { unit: 'USD' }],
    ['textarea', {}],
    ['select', { options: [{ value: '1', text: 'One' }] }],
    ['checkbox', {}],
    ['date', {}],
  ];

  it.each(controls)('%s is described by its hint, and its error when it has one', async (component, extra) => {
    const parameters = { ...extra, name: 'amount', label: 'Amount', hint: 'From 1,000.00' };
    const calm = await renderComponent(component, { ...parameters, form: fine() });
    const red = await renderComponent(component, { ...parameters, form: wrong('amount', 'Enter an amount') });
    expect(attributesOf(calm, 'amount')['aria-describedby']).toMatch(/^amount-hint/);
    expect(attributesOf(calm, 'amount')).not.toHaveProperty('aria-invalid');
    expect(attributesOf(red, 'amount')).toMatchObject({ name: 'amount', 'aria-invalid': 'true' });
    expect(attributesOf(red, 'amount')['aria-describedby']).toMatch(/^amount-hint amount-error/);
    expect(idsOf(red)).toEqual(expect.arrayContaining(['amount-hint', 'amount-error']));
    expect(red).toContain('<span class="visually-hidden">Error: </span>Enter an amount');
    // The error stands above the control.
    expect(red.indexOf('id="amount-error"')).toBeLessThan(red.indexOf('id="amount"'));
  });

  it.each(controls)('%s points at nothing where there is no hint and no error', async (component, extra) => {
    const html = await renderComponent(component, { ...extra, name: 'amount', label: 'Amount', form: fine() });
    const pointed = (attributesOf(html, 'amount')['aria-describedby'] ?? '').split(' ').filter(Boolean);
    expect(idsOf(html)).toEqual(expect.arrayContaining(pointed));
    expect(html).not.toContain('amount-hint');
  });

  it('keeps what was typed, but never a password', async () => {
    const form = fine({ secret: 'correct horse' });
    const text = await renderComponent('field', { form, name: 'secret', label: 'Word' });
    const password = await renderComponent('field', { form, name: 'secret', label: 'Password', type: 'password' });
    expect(attributesOf(text, 'secret').value).toBe('correct horse');
    expect(password).not.toContain('correct horse');
  });

  it('does not hand the options of one control on to the next', async () => {
    const html = await renderComponent('field', { form: fine(), name: 'a', label: 'A' });
    expect(attributesOf(html, 'a')).toEqual({ class: 'form-control', id: 'a', name: 'a', type: 'text', value: '' });
  });

  it('chooses the option that the form holds', async () => {
    const options = [
      { value: '24', text: '24 months' },
      { value: '36', text: '36 months' },
    ];
    const form = fine({ term: '36' });
    const select = await renderComponent('select', { form, name: 'term', label: 'Term', options });
    const radios = await renderComponent('radios', { form, name: 'term', legend: 'Term', options });
    expect(select).toContain('<option value="36" selected>');
    expect(select).toContain('<option value="24">');
    expect(attributesOf(radios, 'term')).not.toHaveProperty('checked');
    expect(attributesOf(radios, 'term-2')).toHaveProperty('checked');
  });

  it('ties hint and error of radios to their group, and the summary to the first of them', async () => {
    const options = [{ value: 'a', text: 'A' }];
    const form = wrong('term', 'Choose a term');
    const html = await renderComponent('radios', { form, name: 'term', legend: 'Term', hint: 'Months', options });
    expect(html).toContain('role="radiogroup" aria-invalid="true" aria-describedby="term-hint term-error"');
    expect(await renderComponent('error-summary', { form })).toContain('<a href="#term">Choose a term</a>');
    expect(attributesOf(html, 'term')).toMatchObject({ type: 'radio', value: 'a' });
  });

  it('ticks a checkbox only for yes', async () => {
    const box = (value: string) =>
      renderComponent('checkbox', { form: fine({ agree: value }), name: 'agree', label: 'I agree' });
    expect(attributesOf(await box('yes'), 'agree')).toHaveProperty('checked');
    expect(attributesOf(await box('on'), 'agree')).not.toHaveProperty('checked');
  });
});

describe('the error summary', () => {
  it('prints nothing without errors', async () => {
    expect((await renderComponent('error-summary', { form: fine() })).trim()).toBe('');
  });

  it('counts the answers and links to each', async () => {
    const one = await renderComponent('error-summary', { form: wrong('a', 'Enter A') });
    const two = await renderComponent('error-summary', {
      form: { values: {}, errors: { a: 'Enter A', form: 'Late' } },
    });
    expect(one).toContain('Please check one answer');
    expect(attributesOf(one, 'error-summary')).toMatchObject({ role: 'alert', tabindex: '-1' });
    expect(two).toContain('Please check 2 answers');
    expect(two).toContain('<a href="#a">Enter A</a>');
    // A fault of the whole form has no control to jump to.
    expect(two).toContain('<li>Late</li>');
  });
});

describe('the table', () => {
  const columns = [
    { key: 'what', label: 'What' },
    { key: 'amount', label: 'Amount', kind: 'num' },
    { key: 'after', label: 'After', kind: 'num', hideSmall: true },
  ];
  const table = (more: object) => renderComponent('table', { caption: 'Payments', columns, ...more });

  it('heads each row by its first cell and each column by its label', async () => {
    const html = await table({ rows: [{ cells: { what: 'Fuel', amount: '−48.90', after: '4.00' } }] });
    expect(html).toContain('<th scope="row" class="">Fuel</th>');
    expect(html).toContain('<th scope="col" class="num end-sm">Amount</th>');
    expect(html).toContain('<td class="num d-lg">4.00</td>');
  });

  it('leaves a missing cell empty, without an empty header', async () => {
    const html = await table({ rows: [{ cells: {} }], foot: { cells: { amount: '0.00' } } });
    expect(html.match(/<th scope="row"/g)).toBeNull();
    expect(html).toContain('<td class="num end-sm">0.00</td>');
  });

  it('gives each group a body of its own', async () => {
    const row = { cells: { what: 'Fuel' } };
    const html = await table({ rows: [{ group: 'Today' }, row, { group: 'Monday' }, row, row] });
    expect(html.match(/<tbody>/g)).toHaveLength(2);
    expect(html).toContain('<th colspan="3" scope="rowgroup">Today</th>');
  });

  it('prints no body and no foot for no rows', async () => {
    expect(await table({ rows: [] })).not.toMatch(/<tbody|<tfoot/);
  });
});

describe('what a page shows only when there is something', () => {
  it('paging prints only the total of a single page', async () => {
    const html = await renderComponent('pagination', { paging: { page: 1, pages: 1, total: 3, from: 1, to: 3 } });
    expect(html).toContain('3 in all');
    expect(html).not.toMatch(/<nav|<a /);
  });

  it('paging links only to pages that are there', async () => {
    const paging = { page: 1, pages: 2, total: 45, from: 1, to: 30, next: '/x?page=2' };
    const html = await renderComponent('pagination', { paging });
    expect(html).toContain('1 to 30 of 45');
    expect(html.match(/<a /g)).toHaveLength(1);
  });

  it('a task without an address is no link', async () => {
    const html = await renderComponent('task-list', { items: [{ text: 'Review', state: 'locked' }] });
    expect(html).toContain('Cannot start yet');
    expect(html).not.toContain('<a ');
  });

  it('stacked bars without bars still draw their axis', async () => {
    const empty = { label: 'None', series: [{ key: 'base', text: 'B' }], bars: [], axis: [{ y: '200', text: '0' }] };
    const html = await renderComponent('stacked-bars', { ...empty, firstText: '', lastText: '' });
    expect(html).toContain('height="236"');
    expect(html).not.toMatch(/NaN|Infinity|<rect/);
  });
});

describe('the frame', () => {
  const page = (m: object, ui: object = {}) =>
    renderView('layouts/page', { m: { title: 'Loans', ...m }, ui: { ...frame, ...ui }, body: '<p>Body</p>' });

  it('marks the title of a page whose form has errors', async () => {
    expect(await page({})).toContain('<title>Loans | CloudBank</title>');
    expect(await page({ errorTitle: true })).toContain('<title>Error: Loans | CloudBank</title>');
  });

  it('signs out by a form with a token, and shows unread messages', async () => {
    const html = await page({});
    expect(html).toMatch(/<form method="post" action="\/logout"><input type="hidden" name="_csrf" value="token-1">/);
    expect(html).toContain('<span class="count">2</span>');
    expect(html).toContain('has-bottombar');
    expect(html).not.toContain('class="drawer"');
  });

  it('offers a visitor to sign in and to open an account, and no inbox', async () => {
    const html = await page({}, { signedIn: false, bottomNav: [], unread: 0 });
    expect(html).toContain('href="/login"');
    expect(html).toContain('href="/register"');
    expect(html).not.toMatch(/\/logout|\/notices|has-bottombar/);
    expect(html).toContain('class="drawer"');
  });

  it('escapes titles, crumbs, names and messages, and runs only scripts of its own', async () => {
    const html = await page(
      { title: hostile, crumbs: [{ text: hostile, href: hostile }, { text: hostile }], scripts: ['estimate.js'] },
      { userName: hostile, businessDate: hostile, lang: hostile, flash: [{ kind: 'info', text: hostile }] },
    );
    const scripts = [...html.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
    expect(scripts).toEqual([
      '<script type="module" src="/static/js/enhance.js">',
      '<script type="module" src="/static/js/estimate.js">',
    ]);
  });

  it('shows of a fault only what there is', async () => {
    const fault = { title: 'Gone', heading: 'Gone', text: 'It is not there.' };
    const bare = await renderView('errors/fault', { m: fault, ui: frame });
    const full = {
      ...fault,
      text: hostile,
      moneyLine: hostile,
      reference: hostile,
      action: { href: hostile, text: hostile },
    };
    expect(bare).not.toMatch(/reference|<a |undefined/);
    expect(await renderView('errors/fault', { m: full, ui: frame })).not.toContain('<script');
  });
});

describe('unescaped output', () => {
  const slots = ['layouts/page.ejs', 'components/card.ejs', 'components/chart-frame.ejs'];

  it('stands in the views only as an include, or as the body of a listed slot', async () => {
    const names = (await readdir(viewsDir, { recursive: true })).filter((name) => name.endsWith('.ejs'));
    const found = await Promise.all(
      names.map(async (name) => {
        const source = await readFile(join(viewsDir, name), 'utf8');
        return unescapedOutputs(source, slots.includes(name) ? 'slot' : 'plain').map((code) => `${name}: ${code}`);
      }),
    );
    expect(names.length).toBeGreaterThan(30);
    expect(found.flat()).toEqual([]);
  });

  it.each([
    `<%- m.text %>`,
    `<%- body %>`,
    `<%- include('/components/icon', { icon: 'x' }) + m.text -%>`,
    `<%- include('/components/card', { title: ')', body: m.html }) %>`,
    `<%- include('/components/card', { body: include('/components/rows', { items: m.items }) + m.html }) %>`,
    `<% const slot = { body: m.html }; %><%- include('/components/card', slot) %>`,
  ])('is found in %s', (source) => {
    expect(unescapedOutputs(source, 'plain')).not.toEqual([]);
  });

  it.each([
    `<%- include('/components/icon', { icon: 'x' }) -%>`,
    `<%- include('/components/card', { body: include('/a', { b: [1, 2] }) + include('/c'), flush: true }) %>`,
    `<%- include('/components/card', { body: m.rows.length > 0 ? include('/a', m.t) : include('/b', m.e) }) %>`,
  ])('is not seen in %s', (source) => {
    expect(unescapedOutputs(source, 'plain')).toEqual([]);
  });

  it('has no inline style or script beside it', async () => {
    const names = (await readdir(viewsDir, { recursive: true })).filter((name) => name.endsWith('.ejs'));
    const sources = await Promise.all(names.map((name) => readFile(join(viewsDir, name), 'utf8')));
    expect(sources.filter((text) => /\sstyle=|<style|\son\w+="|<script(?![^>]*\ssrc=)/.test(text))).toEqual([]);
  });
});
