import { securityNames } from '../needs-words.ts';
import { everyText } from '../plain-words.ts';
import { documentKinds, documentNames, mostCoApplicants, rhythmName, rhythms } from '../product-needs.ts';
import { select, text, tick, type Control, type FormSection } from './draft-controls.view.ts';

/** The controls of what an application has to bring. */
export function needsSection(): FormSection {
  const securities = Object.entries(securityNames).map(([value, name]) => ({ value, text: name }));
  const papers = [
    { value: '', text: 'Not asked for' },
    { value: 'required-applicant', text: 'Required of the applicant' },
    { value: 'required-everyone', text: 'Required of everyone who takes part' },
    { value: 'optional-applicant', text: 'The applicant may send it' },
    { value: 'optional-everyone', text: 'Everyone who takes part may send it' },
  ];
  return {
    title: 'What is asked for',
    hint: 'What an application has to bring. Applications that are there keep what they were started with.',
    controls: [
      select('security', 'Security', securities),
      tick('forBusiness', 'Lent to a business that the applicant runs'),
      text('mostCoApplicants', 'Most co-applicants', {
        hint: `0 for none, at most ${mostCoApplicants}`,
        width: 'short',
        inputmode: 'numeric',
        maxlength: 1,
      }),
      select('guarantor', 'Guarantor', [
        { value: 'none', text: 'None' },
        { value: 'allowed', text: 'Allowed' },
        { value: 'required', text: 'Required' },
      ]),
      ...documentKinds.map((kind) => select(`document-${kind}`, documentNames[kind], papers)),
    ],
  };
}

/** Other times between instalments, for the borrower to choose from. */
export function rhythmTicks(): Control[] {
  return rhythms.map((rhythm) =>
    tick(`often-${rhythmName(rhythm)}`, `The borrower may choose an instalment every ${everyText(rhythm)}`),
  );
}
