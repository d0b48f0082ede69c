import type { BankProofs } from '../bank-proof/bank-proof.service.ts';
import { notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import type { PlainDate } from '#core/calendar.ts';
import { toDecimalString } from '#core/money.ts';
import { productChoices, rhythmText, type Products, type ProductVersion } from '#features/products/index.ts';
import type { Risk } from '#features/risk/index.ts';
import type { Platform } from '#platform/platform.ts';
import { nationalityOptions } from '#web/countries.ts';
import { pathParameter } from '#web/express.ts';
import { formOf, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import type { Application } from './application.model.ts';
import type { Applications } from './application.service.ts';
import { bankForm, formValues, prefilled } from './application-form.view.ts';
import { answerRows } from './application-review.view.ts';
import { neededSections, type SectionInput, type SectionName } from './application-sections.ts';
import {
  conditionTexts,
  contractTexts,
  educationTexts,
  employmentTexts,
  incomeTexts,
  insuranceTexts,
  legalFormTexts,
  optionsOf,
  ownershipTexts,
  propertyTexts,
  sectionTitles,
  sectorTexts,
} from './application-texts.ts';
import { obligationsTable } from './obligations.view.ts';
import { stepAfter, stepFrame } from './application.view.ts';
import { estimateFigures, noFigures, type Asked, type Figures } from './estimate.view.ts';

export interface PageParts {
  applications: Applications;
  products: Products;
  formats: Formats;
}

export interface ApplicationRouteParts extends PageParts {
  bankProofs: Pick<BankProofs, 'standing'>;
  risk: Pick<Risk, 'explaining'>;
  platform: Platform;
  pages: Pages;
}

/** The applicant's own application; anybody else's is not found. */
export async function ownApplication(
  { applications }: PageParts,
  partyId: string,
  applicationId: string | string[] | undefined,
): Promise<Application> {
  const application = await applications.findOwn(partyId, pathParameter(applicationId));
  if (!application) throw notFound('Application');
  return application;
}

/** A section's answers with its name; undefined where there are none. */
async function answersOf(
  { applications }: PageParts,
  application: Application,
  section: SectionName,
): Promise<SectionInput | undefined> {
  const answers = await applications.openSection(application, section);
  // The section's name and its answers come from one call, which the compiler cannot see through the union.
  return answers && ({ section, answers } as SectionInput);
}

/** What a section's form starts from: what was typed since, its own answers, or what the profile has for it. */
export async function startingForm(
  parts: PageParts,
  application: Application,
  section: SectionName,
): Promise<{ form: FormState; keptAt: Date | undefined }> {
  const typed = await parts.applications.openUnfinished(application, section);
  if (typed) return { form: formOf(typed.values), keptAt: typed.savedAt };
  const saved = await answersOf(parts, application, section);
  const start = (values: Record<string, string>) => ({ form: formOf(values), keptAt: undefined });
  if (saved) return start(formValues(saved, application.currency));
  if (section !== 'personal' && section !== 'employment') return start({});
  return start(prefilled(section, await parts.applications.prefill(application), application.currency));
}

const chooseOne = { value: '', text: 'Choose one' };
const incomeFields = [
  { name: 'rentalIncome', label: incomeTexts.rental },
  { name: 'investmentIncome', label: incomeTexts.investments },
  { name: 'benefitIncome', label: incomeTexts.benefits },
  { name: 'restIncome', label: incomeTexts.other },
];

/** What the terms page knows besides its form: what was asked, if it can be worked out. */
export interface Costs {
  asked: Asked | undefined;
  today: PlainDate;
}

/** What a section's form needs beside its values. */
function ownParts({ country, form }: { country: string; form: FormState }, locale: string) {
  return {
    personal: () => {
      const { countries } = bankForm(country, locale);
      return { countries, nationalities: nationalityOptions(locale) };
    },
    employment: () => ({
      statuses: optionsOf(employmentTexts),
      contracts: [chooseOne, ...optionsOf(contractTexts)],
      educations: [chooseOne, ...optionsOf(educationTexts)],
      incomes: incomeFields,
    }),
    obligations: () => obligationsTable(form),
    bank: () => ({ bank: bankForm(country, locale) }),
    property: () => ({
      kinds: optionsOf(propertyTexts),
      ownerships: optionsOf(ownershipTexts),
      insurances: optionsOf(insuranceTexts),
    }),
    vehicle: () => ({ conditions: optionsOf(conditionTexts) }),
    business: () => ({
      legalForms: [chooseOne, ...optionsOf(legalFormTexts)],
      sectors: [chooseOne, ...optionsOf(sectorTexts)],
      results: [
        { value: 'profit', text: 'A profit' },
        { value: 'loss', text: 'A loss' },
      ],
    }),
    terms: () => ({}),
  };
}

/** The finished model of a section's page; `country` is the bank's, for the bank section. */
export async function sectionPage(
  parts: PageParts,
  application: Application,
  at: { section: SectionName; form: FormState; country: string; costs: Costs; keptAt?: Date | undefined },
) {
  const { formats } = parts;
  const { section, form, keptAt } = at;
  const known = await parts.applications.progress(application);
  const after = stepAfter(application, known, section);
  const own = ownParts(at, formats.locale)[section]();
  const product = section === 'terms' ? await parts.applications.productOf(application) : undefined;
  return {
    ...stepFrame(application, { known, current: section, wrong: Object.keys(form.errors).length > 0 }, formats),
    section,
    form,
    currency: application.currency,
    saveText: after.text,
    scripts: section === 'terms' ? ['estimate.js', 'keep.js'] : ['keep.js'],
    keep: paths.keepSection(application._id, section),
    kept: keptAt ? keptAlert(keptAt, formats) : null,
    ...own,
    ...(product ? termsPage(parts, product, { ...at.costs, form }) : {}),
  };
}

function keptAlert(at: Date, formats: Formats) {
  const text = `This is what you had entered by ${formats.instant(at)}. It is not complete yet: look through it, then save it.`;
  return { kind: 'info', text };
}

function termsPage({ products, formats }: PageParts, product: ProductVersion, at: Costs & { form: FormState }) {
  const { asked, today, form } = at;
  const offered = productChoices.frequenciesOf(product);
  const named = offered.find((frequency) => productChoices.rhythmName(frequency) === form.values.frequency);
  const chosen = productChoices.inFrequency(product, named ?? product.frequency) ?? product;
  const figures = asked && estimateFigures({ products, product: chosen, today, formats }, asked);
  const shown: Figures = figures?.ok ? figures.value : { ...noFigures, rhythm: rhythmText(chosen) };
  const limits = offered.map((frequency) => {
    const { minInstalments, maxInstalments } = productChoices.inFrequency(product, frequency) ?? product;
    return `${minInstalments} to ${maxInstalments} with one ${rhythmText({ frequency })}`;
  });
  return {
    product: product._id,
    amountHint: `From ${formats.money(product.minAmount)} to ${formats.money(product.maxAmount)}`,
    instalmentsHint: `${limits.join(', ')}. A longer term costs less each time and more in total.`,
    rhythms: offered.map((frequency) => ({
      value: productChoices.rhythmName(frequency),
      text: `One instalment ${rhythmText({ frequency })}`,
    })),
    form: form.values.frequency ? form : { ...form, values: { ...form.values, frequency: rhythmNameOf(product) } },
    purposes: [chooseOne, ...product.purposes.map((purpose) => ({ value: purpose, text: purpose }))],
    figures: shown,
    rate: `${formats.rate(product.annualRate)} ${product.rate.kind}`,
    estimate: paths.estimate,
    schedule: asked && figures?.ok ? scheduleHref(chosen, asked) : null,
  };
}

const rhythmNameOf = ({ frequency }: ProductVersion) => productChoices.rhythmName(frequency);

/** Every instalment, on the calculator's page. */
function scheduleHref({ code, frequency, currency }: ProductVersion, { amount, instalments }: Asked): string {
  const query = new URLSearchParams({
    product: code,
    amount: toDecimalString(amount, currency),
    instalments: String(instalments),
    frequency: productChoices.rhythmName(frequency),
  });
  return `${paths.calculator}?${query.toString()}`;
}

/** Every section's answers, in order, with the way back to each. */
export async function reviewCards(parts: PageParts, application: Application) {
  const sections = neededSections(application);
  const answers = await Promise.all(sections.map((section) => answersOf(parts, application, section)));
  return sections.map((section, index) => {
    const given = answers[index];
    return {
      id: `h-${section}`,
      title: sectionTitles[section],
      href: paths.applicationSection(application._id, section),
      rows: given ? answerRows(given, parts.formats) : [],
    };
  });
}
