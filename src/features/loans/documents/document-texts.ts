import { productChoices } from '#features/products/index.ts';
import type { PaperKind } from './document.model.ts';

/** Words for documents, the same on every page. */
export const kindTexts: Record<PaperKind, string> = { ...productChoices.documentNames, other: 'Another document' };
export const paperKinds = Object.keys(kindTexts) as PaperKind[];

/** What the borrower is asked to send, and how it should look. */
export const kindHints: Record<PaperKind, string> = {
  identity: 'Passport, national identity card or driving licence, both sides in one file. It must be valid today.',
  'address-proof':
    'A utility bill, council bill or bank letter of the last three months that shows your name and address.',
  'income-proof': 'Your last three payslips, or your last tax assessment, in one file.',
  'bank-statement': 'The last three months of the account that your income goes to, in one file.',
  'property-title': 'The deed or register extract that says who owns the property.',
  'valuation-report': 'A valuation of the property that is at most six months old.',
  'vehicle-invoice': 'The dealer’s invoice or offer with the vehicle, its price and its identification number.',
  'business-registration': 'The register extract or licence of the business.',
  'financial-statements': 'Balance sheet and profit and loss account of the last two years, in one file.',
  other: 'What our officer asked you for.',
};

export const kindText = (kind: PaperKind): string => kindTexts[kind];
export const inSentence = (kind: PaperKind): string => {
  const text = kindText(kind);
  return text.charAt(0).toLowerCase() + text.slice(1);
};

export const isPaperKind = (text: string): text is PaperKind => Object.hasOwn(kindTexts, text);
