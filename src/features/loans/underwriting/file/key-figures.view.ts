import { counted, type Formats } from '#core/format.ts';
import type { Ratio } from '../affordability.rules.ts';
import type { OfficerFile } from './file.service.ts';

const tone = (within: boolean) => (within ? {} : { tone: 'danger' });

/** What a decision turns on, in one line; each leads to what it is made of. */
export function keyFigures(file: OfficerFile, formats: Formats) {
  const { application, terms, affordability } = file;
  if (!terms) return [];
  const { currency } = formats;
  const { product } = file;
  const monthly = product.frequency.unit === 'month' && product.frequency.every === 1;
  return [
    {
      label: application.offer ? 'Offered' : 'Asked for',
      value: formats.money(terms.amount),
      note: `${currency}, ${counted(terms.instalments, monthly ? 'month' : 'instalment')}, ${formats.rate(terms.annualRate)}`,
    },
    {
      label: 'Instalment',
      value: formats.money(terms.instalment),
      note: terms.aprPercent === null ? 'APR not solvable' : `APR ${terms.aprPercent}%`,
    },
    ...ratioFigure('Debt to income', affordability?.debtWithLoan),
    ...ratioFigure('Loan to value', affordability?.loanToValue),
    ...(affordability
      ? [
          {
            label: 'Left after bills',
            value: formats.money(affordability.leftAfterBills),
            note: `${currency} a month`,
            ...tone(affordability.leftAfterBills >= 0n),
          },
        ]
      : []),
    scoreFigure(file),
    policyFigure(file),
  ];
}

function ratioFigure(label: string, ratio: Ratio | null | undefined) {
  if (!ratio) return [];
  const note = `${ratio.within ? 'limit' : 'over the limit of'} ${ratio.limitPercent}%`;
  return [{ label, value: `${ratio.percent}%`, note, href: '#affordability', ...tone(ratio.within) }];
}

function scoreFigure({ reports, application }: OfficerFile) {
  const kept = reports.get(application.partyId);
  const label = 'Bureau score';
  if (!kept) return { label, value: 'Not asked', note: 'no report yet', href: '#credit' };
  const { score } = kept.report;
  return { label, value: score === null ? 'None' : String(score), note: '300 to 850', href: '#credit' };
}

const outcomes = { approve: 'Approve', refer: 'Refer', decline: 'Decline' } as const;

function policyFigure({ judgement: { verdict: policy } }: OfficerFile) {
  const against = policy.votes.filter(({ outcome }) => outcome !== 'approve').length;
  const note = against === 0 ? 'every rule is met' : `${counted(against, 'rule')} of ${policy.votes.length} to look at`;
  return {
    label: 'Policy',
    value: outcomes[policy.outcome],
    note,
    href: '#score',
    ...tone(policy.outcome !== 'decline'),
  };
}
