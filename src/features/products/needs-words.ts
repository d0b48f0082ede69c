import { documentNames, type Security } from './product-needs.ts';
import type { ProductTerms } from './product-terms.ts';

export const securityNames: Record<Security, string> = {
  none: 'None',
  property: 'The property',
  vehicle: 'The vehicle',
};

const guaranteeNames: Record<ProductTerms['participants']['guarantor'], string> = {
  none: 'None',
  allowed: 'Allowed',
  required: 'Required',
};

/** What an application has to bring. */
export function needsSection({ security, forBusiness, documents, participants }: ProductTerms) {
  const { mostCoApplicants, guarantor } = participants;
  return {
    title: 'What is asked for',
    rows: [
      { label: 'Security', value: securityNames[security] },
      { label: 'Lent to a business', value: forBusiness ? 'Yes' : 'No' },
      { label: 'Co-applicants', value: mostCoApplicants === 0 ? 'None' : `Up to ${mostCoApplicants}` },
      { label: 'Guarantor', value: guaranteeNames[guarantor] },
      ...documents.map(({ kind, required, of }) => ({
        label: documentNames[kind],
        value: `${required ? 'Required' : 'May be sent'}, ${of === 'everyone' ? 'by everyone who takes part' : 'by the applicant'}`,
      })),
    ],
  };
}
