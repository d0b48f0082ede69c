import type { PlainDate } from '#core/calendar.ts';
import { formatsIn } from '#core/format.ts';
import { ok, refuse } from '#core/result.ts';
import type { LoanLife } from '#features/loans/index.ts';
import { act } from './act.service.ts';
import { cancellationQuote } from './cancelling.ts';
import type { LifeParts, Told } from './life-parts.ts';
import { explainAct } from './refusals.ts';

/** Servicing's side of what loans ask of a loan that runs. */
export function loanLife(
  parts: LifeParts,
  told: (query: { loanId: string; partyId?: string }, asOf?: PlainDate) => Promise<Told | undefined>,
): LoanLife {
  const { formats } = parts.platform;
  return {
    advance: async ({ amount, n, accountId, ...order }) => {
      const outcome = await act(parts, {
        ...order,
        channel: 'staff',
        act: { kind: 'advance', to: { accountId }, amount, n },
      });
      return outcome.ok ? ok(undefined) : refuse(explainAct(outcome.refusal, formats));
    },
    cancellation: async (query) => {
      const at = await told(query);
      if (!at) return undefined;
      const { loan, until, terms, payoff, seen } = cancellationQuote(at);
      const inCurrency = formatsIn(loan.currency, formats);
      return {
        ...{ loan, until, payoff, seen },
        terms: terms.ok ? terms.value : undefined,
        refusal: terms.ok ? undefined : explainAct(terms.refusal, inCurrency).message,
      };
    },
    cancel: async ({ shown, accountId, ...order }) => {
      const outcome = await act(parts, {
        ...order,
        channel: 'customer',
        act: { kind: 'cancellation', from: { accountId }, shown },
      });
      return outcome.ok ? ok({ key: outcome.value.key }) : refuse(explainAct(outcome.refusal, formats));
    },
  };
}
