import { notFound } from '#core/errors.ts';
import type { Formats } from '#core/format.ts';
import type { PlainDate } from '#core/calendar.ts';
import { rhythmText, type Products, type ProductVersion } from '#features/products/index.ts';
import type { Platform } from '#platform/platform.ts';
import { pathParameter } from '#web/express.ts';
import { formOf, type FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import type { Pages } from '#web/render.ts';
import type { Application } from './application.model.ts';
import type { Applications } from './application.service.ts';
import { bankForm, formValues, prefilled } from './application-form.view.ts';
import { answerRows } from './application-review.view.ts';
import { neededSections, type SectionInput, type SectionName } from './application-sections.ts';
import { employmentTexts, optionsOf, ownershipTexts, propertyTexts, sectionTitles } from './application-texts.ts';
import { stepAfter, stepFrame } from './application.view.ts';
import { estimateFigures, noFigures, type Asked, type Figures } from './estimate.view.ts';

export interface PageParts {
  applications: Applications;
  products: Products;
  formats: Formats;
}

export interface ApplicationRouteParts extends PageParts {
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

/** What a section's form starts from: its own answers, or what the profile has for it. */
export async function startingForm(parts: PageParts, application: Application, section: SectionName) {
  const saved = await answersOf(parts, application, section);
  if (saved) return formOf(formValues(saved, application.currency));
  if (section !== 'personal' && section !== 'employment') return formOf({});
  return formOf(prefilled(section, await parts.applications.prefill(application), application.currency));
}

/** What the terms page knows besides its form: what was asked, if it can be worked out. */
export interface Costs {
  asked: Asked | undefined;
  today: PlainDate;
}

/** The finished model of a section's page; `country` is the bank's, for the bank section. */
export async function sectionPage(
  parts: PageParts,
  application: Application,
  at: { section: SectionName; form: FormState; country: string; costs: Costs },
) {
  const { formats } = parts;
  const { section, form } = at;
  const after = stepAfter(application, section);
  const own = {
    personal: () => ({ countries: bankForm(at.country, formats.locale).countries }),
    employment: () => ({ statuses: optionsOf(employmentTexts) }),
    bank: () => ({ bank: bankForm(at.country, formats.locale) }),
    property: () => ({ kinds: optionsOf(propertyTexts), ownerships: optionsOf(ownershipTexts) }),
    terms: () => ({ scripts: ['estimate.js'] }),
  }[section]();
  const product = section === 'terms' ? await parts.applications.productOf(application) : undefined;
  return {
    ...stepFrame(application, { current: section, wrong: Object.keys(form.errors).length > 0 }, formats),
    section,
    form,
    currency: application.currency,
    saveText: after.text,
    ...own,
    ...(product ? termsPage(parts, product, at.costs) : {}),
  };
}

function termsPage({ products, formats }: PageParts, product: ProductVersion, { asked, today }: Costs) {
  const figures = asked && estimateFigures({ products, product, today, formats }, asked);
  const shown: Figures = figures?.ok ? figures.value : noFigures;
  const empty = { value: '', text: 'Choose one' };
  return {
    product: product._id,
    amountHint: `From ${formats.money(product.minAmount)} to ${formats.money(product.maxAmount)}`,
    instalmentsHint: `One ${rhythmText({ frequency: product.frequency })}, from ${product.minInstalments} to ${product.maxInstalments}. A longer term costs less each time and more in total.`,
    purposes: [empty, ...product.purposes.map((purpose) => ({ value: purpose, text: purpose }))],
    figures: shown,
    rate: `${formats.rate(product.annualRate)} ${product.rate.kind}`,
    rhythm: rhythmText(product),
    estimate: paths.estimate,
  };
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
