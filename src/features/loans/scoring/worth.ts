import { dateText } from '#core/calendar.ts';
import { larger, minus, plus, sum, type Money } from '#core/money.ts';
import type { SectionAnswers } from '../applying/application-sections.ts';
import { answersOf, owes, reportedBalance, type PersonOnFile } from '../underwriting/file/people-on-file.ts';
import { answerOf, known, oldest, together, units, type EvidenceFacts } from './evidence-parts.ts';

/** What those who owe the loan own and owe: declared and reported of them all, and what the applicant has with us. */
export function worthOf(facts: EvidenceFacts) {
  const own = { source: 'accounts with us', asOf: dateText(facts.today) };
  const answer = { ...answerOf(facts, 'obligations'), ...together(facts) };
  const current = balanceOf(facts, 'current');
  const saved = added(balanceOf(facts, 'savings'), declared(facts, 'savings'));
  const assets = added(added(current, saved), declared(facts, 'otherAssets'));
  const liabilities = owedBy(facts);
  const reported = facts.reports.get(facts.application.partyId)?.report.on;
  const debts = { ...together(facts), source: 'declared, reported and own loans', asOf: oldest(answer.asOf, reported) };
  return {
    CheckingAccountBalance: known(units(facts, current), own),
    SavingsAccountBalance: known(units(facts, saved), { ...answer, source: 'accounts with us and declared savings' }),
    TotalAssets: known(units(facts, assets), { ...answer, source: 'accounts with us and what was declared' }),
    TotalLiabilities: known(units(facts, liabilities), debts),
    NetWorth: known(units(facts, assets && liabilities !== null ? minus(assets, liabilities) : null), {
      ...debts,
      source: 'assets less liabilities',
    }),
  };
}

/** Accounts that the applicant only shares belong to somebody else. Null where the applicant's data are not there any more. */
function balanceOf({ accounts, application, people }: EvidenceFacts, kind: 'current' | 'savings'): Money | null {
  if (!answersOf(people[0]?.sections ?? [], 'personal')) return null;
  const own = accounts.filter((one) => one.owned && one.kind === kind && one.currency === application.currency);
  return sum(own.map(({ balance }) => balance));
}

/** Of all who owe the loan; null where one of them was not asked. */
function declared({ people }: EvidenceFacts, what: 'savings' | 'otherAssets'): Money | null {
  const amounts = people.filter(owes).map((person) => obligationsOf(person)?.[what] ?? null);
  return amounts.every((amount) => amount !== null) ? sum(amounts) : null;
}

/** What was declared and what is reported of a person are the same debts: the higher counts. Own loans come on top. */
function owedBy({ people, reports, own }: EvidenceFacts): Money | null {
  const each = people.filter(owes).map((person) => {
    const report = reports.get(person.partyId)?.report;
    const rows = obligationsOf(person)?.rows;
    return report && rows ? larger(sum(rows.map(({ balance }) => balance)), reportedBalance(report.accounts)) : null;
  });
  if (!each.every((amount) => amount !== null)) return null;
  return plus(sum(each), sum(own.loans.map(({ outstanding }) => outstanding)));
}

function obligationsOf({ sections }: PersonOnFile): SectionAnswers['obligations'] | undefined {
  return answersOf(sections, 'obligations');
}

function added(a: Money | null, b: Money | null): Money | null {
  return a === null || b === null ? null : plus(a, b);
}
