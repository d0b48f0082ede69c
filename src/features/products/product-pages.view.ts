import { counted, type Formats } from '#core/format.ts';
import type { FormState } from '#web/forms.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import type { BaseRate } from './base-rates/base-rate.model.ts';
import type { OpenDraft } from './drafting/drafts.service.ts';
import { describeTerms, termText } from './plain-words.ts';
import { termsOfVersion, type ProductVersion } from './product.model.ts';

/** `/products`: what is live, what is being drafted, and the base rates. */
export function productsPage(facts: { products: ProductVersion[]; drafts: OpenDraft[]; formats: Formats }) {
  const { products, drafts, formats } = facts;
  const drafted = new Set(drafts.map(({ code }) => code));
  const fresh = drafts.filter(({ code }) => !products.some((product) => product.code === code));
  return {
    title: 'Products',
    head: {
      title: 'Products',
      sub: `${counted(products.length, 'product')}, ${counted(drafts.length, 'draft')}`,
      action: { href: paths.newProduct, text: 'New product', icon: 'plus' },
      secondary: { href: paths.baseRates, text: 'Base rates' },
    },
    table: {
      caption: 'Products',
      captionHidden: true,
      columns: [
        { key: 'name', label: 'Product' },
        { key: 'amounts', label: `Amounts, ${formats.currency}`, hideSmall: true },
        { key: 'term', label: 'Term', hideSmall: true },
        { key: 'rate', label: 'Rate a year', kind: 'num' },
        { key: 'state', label: 'State' },
      ],
      rows: [
        ...products.map((product) => ({
          cells: productCells(product, { drafted: drafted.has(product.code), formats }),
        })),
        ...fresh.map(({ code, terms }) => ({
          cells: {
            name: { text: terms.name, href: paths.productDraft(code), sub: code },
            state: { badge: { kind: 'info', text: 'New draft' } },
          },
        })),
      ],
    },
    empty: products.length + fresh.length === 0 && {
      title: 'No product yet',
      text: 'Begin with a new one.',
      action: undefined,
    },
  };
}

function productCells(product: ProductVersion, { drafted, formats }: { drafted: boolean; formats: Formats }) {
  const { code, name, version, minAmount, maxAmount, minInstalments, maxInstalments, offered } = product;
  return {
    name: { text: name, href: paths.product(code), sub: `${code}, version ${version}` },
    amounts: `${formats.money(minAmount)} to ${formats.money(maxAmount)}`,
    term: `${minInstalments} to ${termText(product, maxInstalments)}`,
    rate: { text: formats.rate(product.annualRate), ...(product.rate.kind === 'floating' ? { sub: 'floating' } : {}) },
    state: {
      badge: offered ? { kind: 'ok', text: 'Offered' } : { kind: 'neutral', text: 'Not offered' },
      ...(drafted ? { sub: 'with a draft' } : {}),
    },
  };
}

interface VersionFacts {
  product: ProductVersion;
  newest: number;
  hasDraft: boolean;
  history: { versions: ProductVersion[]; total: number; page: number };
  formats: Formats;
}

/** One version in full; `newest` says whether it is the live one. */
export function productPage(facts: VersionFacts) {
  const { product, newest, hasDraft, formats } = facts;
  const { code, name, version, publishedOn } = product;
  const live = version === newest;
  return {
    title: name,
    crumbs: [
      { text: 'Products', href: paths.products },
      ...(live ? [] : [{ text: name, href: paths.product(code) }]),
      { text: live ? name : `Version ${version}` },
    ],
    head: {
      title: name,
      badge: live ? { kind: 'ok', text: 'Live' } : { kind: 'neutral', text: 'Former' },
      sub: `Version ${version}, published on ${formats.date(publishedOn)}. It never changes: a change is a new version`,
      ...(live
        ? { action: { href: paths.productDraft(code), text: hasDraft ? 'Edit the draft' : 'Draft a new version' } }
        : {}),
      ...(live && hasDraft ? { secondary: { href: paths.productComparison(code), text: 'Compare the draft' } } : {}),
    },
    rateToday: product.rate.kind === 'floating' ? `${formats.rate(product.annualRate)} applies today` : null,
    sections: describeTerms(termsOfVersion(product), formats).map(({ title, rows }) => ({
      title,
      rows: rows.length > 0 ? rows : [{ label: 'None', value: '' }],
    })),
    history: historyOf(facts),
  };
}

function historyOf({ product, newest, history, formats }: VersionFacts) {
  const { code, version } = product;
  return {
    table: {
      caption: 'Versions',
      captionHidden: true,
      columns: [
        { key: 'version', label: 'Version' },
        { key: 'published', label: 'Published' },
      ],
      rows: history.versions.map((one) => ({
        state: one.version === version ? 'now' : undefined,
        cells: {
          version: {
            text: `Version ${one.version}`,
            href: one.version === newest ? paths.product(code) : paths.productVersion(code, one.version),
            sub: formats.rate(one.annualRate),
          },
          published: formats.date(one.publishedOn),
        },
      })),
    },
    paging: pagingView({ page: history.page, total: history.total, path: paths.product(code) }),
  };
}

/** `/products/new`. */
export function newProductPage(facts: { products: ProductVersion[]; form: FormState }) {
  const options = facts.products.map(({ code, name }) => ({ value: code, text: name }));
  return {
    title: 'New product',
    crumbs: [{ text: 'Products', href: paths.products }, { text: 'New product' }],
    head: { title: 'New product', sub: 'Begin from a product that is there and change what differs' },
    form: facts.form,
    action: paths.newProduct,
    products: [{ value: '', text: 'Choose one' }, ...options],
  };
}

/** `/products/base-rates`. */
export function baseRatesPage(facts: {
  rates: BaseRate[];
  today: string;
  form: FormState;
  key: string;
  formats: Formats;
}) {
  const { rates, today, form, key, formats } = facts;
  const current = new Map<string, string>();
  for (const rate of rates) if (rate.from <= today && !current.has(rate.code)) current.set(rate.code, rate._id);
  const stateOf = (rate: BaseRate) => {
    if (rate.from > today) return { kind: 'info', text: 'To come' };
    return current.get(rate.code) === rate._id ? { kind: 'ok', text: 'Applies' } : { kind: 'neutral', text: 'Former' };
  };
  return {
    title: 'Base rates',
    crumbs: [{ text: 'Products', href: paths.products }, { text: 'Base rates' }],
    head: { title: 'Base rates', sub: 'What floating rates are made of. A change is another rate of a later day' },
    form,
    key,
    action: paths.baseRates,
    table: {
      caption: 'Base rates',
      captionHidden: true,
      columns: [
        { key: 'name', label: 'Base rate' },
        { key: 'from', label: 'From', hideSmall: true },
        { key: 'rate', label: 'Rate a year', kind: 'num' },
        { key: 'state', label: 'State' },
      ],
      rows: rates.map((rate) => ({
        cells: {
          name: { text: rate.name, sub: rate.code, subSmall: `from ${formats.date(rate.from)}` },
          from: formats.date(rate.from),
          rate: formats.rate(rate.annualRate),
          state: { badge: stateOf(rate) },
        },
      })),
    },
    empty:
      rates.length > 0
        ? null
        : { title: 'No base rate yet', text: 'Add one, and a product can float on it.', action: undefined },
  };
}
