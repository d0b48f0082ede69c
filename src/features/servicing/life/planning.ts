import { dateOf, isBefore } from '#core/calendar.ts';
import { minus, plus, sum, zero, type Money } from '#core/money.ts';
import { ok, refuse, type Result } from '#core/result.ts';
import { ownBookId } from '#features/ledger/index.ts';
import type { TermsChange } from '#features/loans/index.ts';
import type { Act, ActFacts, ActRefusal, Draft, Plan, Side } from './act.ts';
import { dueNow, totalOf } from './due.ts';
import { payoffTerms, prepaymentTerms } from './early.ts';
import { mostToPay, onItsDay, tooMuch } from './limits.ts';
import { sideAccount } from './sides.ts';
import { effective } from './story.ts';
import { planAdvance } from './advancing.ts';
import { planCancellation } from './cancelling.ts';
import { planReversal } from './undoing.ts';

type Planned = Result<Plan, ActRefusal>;
type Of<K extends Act['kind']> = Extract<Act, { kind: K }>;

/** The whole policy of what may be done to a loan: what is recorded and what moves, or why not. */
export function planAct(act: Act, facts: ActFacts): Planned {
  const fault = dateFault(facts);
  if (fault) return refuse(fault);
  if (act.kind === 'reversal') return planReversal(act, facts);
  if (act.kind === 'recovery') return planRecovery(act, facts);
  if (facts.loan.state !== 'active') return refuse({ code: 'loan-not-active' });
  if (facts.seen !== undefined && facts.seen !== facts.transactions.at(-1)?.number) {
    return refuse({ code: 'changed-meanwhile' });
  }
  switch (act.kind) {
    case 'payment':
      return planPayment(act, facts);
    case 'prepayment':
      return planPrepayment(act, facts);
    case 'payoff':
      return planPayoff(act, facts);
    case 'advance':
      return planAdvance(act, facts);
    case 'cancellation':
      return planCancellation(act, facts);
    case 'charge':
      return act.amount <= zero
        ? refuse({ code: 'not-positive' })
        : recorded({ ...act, accountId: own(facts, 'feeIncome') });
    case 'waiver':
      return planWaiver(act, facts);
    case 'rate-change':
      return planRateChange(act, facts);
    case 'moratorium':
    case 'reschedule':
    case 'restructure':
      return planChange(act, facts);
    case 'write-off':
      return recorded({
        kind: 'write-off',
        amount: facts.run.outstandingPrincipal,
        accountId: own(facts, 'provision'),
      });
  }
}

function dateFault({ on, today, loan }: ActFacts): ActRefusal | undefined {
  if (isBefore(today, on)) return { code: 'date-in-future' };
  if (isBefore(on, dateOf(loan.disbursedOn))) return { code: 'date-before-loan' };
  return undefined;
}

function own({ loan }: ActFacts, book: Parameters<typeof ownBookId>[0]): string {
  return ownBookId(book, loan.currency);
}

function recorded(draft: Draft): Planned {
  return ok({ drafts: [draft], legs: [] });
}

/** Money that comes in: recorded, and taken from the account of the other side. */
function paid(draft: Omit<Draft, 'accountId'>, by: { from: Side; facts: ActFacts }): Planned {
  const accountId = sideAccount(by.from, by.facts.loan.currency);
  return ok({ drafts: [{ ...draft, accountId }], legs: [{ account: accountId, amount: draft.amount }] });
}

function planPayment(act: Of<'payment'>, facts: ActFacts): Planned {
  if (act.only === 'arrears') {
    const amount = totalOf(facts.run.arrears);
    return amount === zero
      ? refuse({ code: 'nothing-due' })
      : paid({ kind: 'payment', amount }, { from: act.from, facts });
  }
  const due = dueNow(facts.run);
  if (act.amount === undefined) {
    if (due === zero) return refuse({ code: 'nothing-due' });
    // Rows that come may be paid one after the other, as long as they could be paid at once.
    if (due > mostToPay(facts)) return refuse({ code: 'nothing-due' });
    // The amount charged is ours; the one shown is only compared, since it may have changed before the button was pressed.
    if (act.shown !== due) return refuse({ code: 'amount-changed', amount: due });
    return paid({ kind: 'payment', amount: due }, { from: act.from, facts });
  }
  if (act.amount <= zero) return refuse({ code: 'not-positive' });
  const fault = tooMuch(act.amount, onItsDay(facts));
  if (fault) return refuse(fault);
  // What pays everything pays the loan off: rows that cannot be paid ahead would let it wait for them.
  const code = facts.product.prepayment.payoffInterest;
  const kind = paysOff(act.amount, facts) ? { kind: 'payoff' as const, code } : { kind: 'payment' as const };
  return paid({ ...kind, amount: act.amount }, { from: act.from, facts });
}

function paysOff(amount: Money, { run, on, today }: ActFacts): boolean {
  return !isBefore(on, today) && amount === run.payoff.total && amount > totalOf(run.arrears);
}

function planPrepayment(act: Of<'prepayment'>, facts: ActFacts): Planned {
  const terms = prepaymentTerms(facts, act.amount);
  if (!terms.ok) return terms;
  if (!facts.product.prepayment.effects.includes(act.effect)) return refuse({ code: 'effect-not-offered' });
  const { charge, tax } = terms.value;
  const amount = plus(act.amount, charge);
  if (charge !== act.chargeShown) return refuse({ code: 'amount-changed', amount });
  const { kind, effect } = act;
  return paid({ kind, effect, amount, charge, tax }, { from: act.from, facts });
}

function planPayoff(act: Of<'payoff'>, facts: ActFacts): Planned {
  const { total, charge, tax } = payoffTerms(facts);
  if (total === zero) return refuse({ code: 'nothing-due' });
  if (act.shown !== total) return refuse({ code: 'amount-changed', amount: total });
  const code = facts.product.prepayment.payoffInterest;
  return paid({ kind: 'payoff', amount: total, charge, tax, code }, { from: act.from, facts });
}

function planWaiver(act: Of<'waiver'>, facts: ActFacts): Planned {
  const owed = facts.run.arrears[act.part];
  if (act.amount <= zero) return refuse({ code: 'not-positive' });
  if (owed === zero) return refuse({ code: 'nothing-to-waive' });
  if (act.amount > owed) return refuse({ code: 'too-much', amount: owed });
  return recorded({ kind: 'waiver', amount: act.amount, code: act.part, accountId: own(facts, incomeOf(act.part)) });
}

function incomeOf(part: Of<'waiver'>['part']) {
  return ({ fee: 'feeIncome', penalty: 'penaltyIncome', interest: 'interestIncome' } as const)[part];
}

function planRateChange(act: Of<'rate-change'>, facts: ActFacts): Planned {
  if (facts.loan.terms.at(-1)?.annualRate === act.annualRate) return refuse({ code: 'same-rate' });
  return changed('rate-change', { annualRate: act.annualRate }, facts);
}

const mostExtra = 600;

function planChange(act: Of<'moratorium' | 'reschedule' | 'restructure'>, facts: ActFacts): Planned {
  const { extraInstalments = 0, interestGrace = 0, principalGrace = 0, fromDueOn } = act.change;
  const isComing = facts.run.rows.some((row) => !row.known && row.dueOn === fromDueOn);
  if (!isComing) return refuse({ code: 'not-a-due-date' });
  const most = act.kind === 'moratorium' ? facts.product.moratorium.mostInstalments : mostExtra;
  if (Math.max(extraInstalments, interestGrace, principalGrace) > most) return refuse({ code: 'too-long' });
  return changed(act.kind, act.change, facts);
}

function changed(kind: Draft['kind'], change: TermsChange, facts: ActFacts): Planned {
  return recorded({ kind, amount: zero, change, accountId: own(facts, 'interestIncome') });
}

function planRecovery(act: Of<'recovery'>, facts: ActFacts): Planned {
  if (facts.loan.state !== 'written-off') return refuse({ code: 'not-written-off' });
  if (act.amount <= zero) return refuse({ code: 'not-positive' });
  const owed = minus(facts.run.payoff.total, recovered(facts));
  if (owed <= zero) return refuse({ code: 'nothing-due' });
  if (act.amount > owed) return refuse({ code: 'too-much', amount: owed });
  return paid({ kind: 'recovery', amount: act.amount }, { from: act.from, facts });
}

function recovered({ transactions }: ActFacts): Money {
  return sum(effective(transactions).map(({ kind, amount }) => (kind === 'recovery' ? amount : zero)));
}
