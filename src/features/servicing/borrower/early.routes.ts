import { Router, type Request, type Response } from 'express';
import { daysBetween, type PlainDate } from '#core/calendar.ts';
import { newId } from '#core/ids.ts';
import { larger, moneyOf, type Money } from '#core/money.ts';
import { actor } from '#web/express.ts';
import { parseForm, withError, type FormState } from '#web/forms.ts';
import { permission } from '#web/permission.ts';
import { paths } from '#web/paths.ts';
import type { ActRefusal } from '../life/act.ts';
import type { Told } from '../life/act.service.ts';
import type { PrepaymentChoices } from '../life/quotes.ts';
import { explainAct } from '../life/refusals.ts';
import {
  amountQuery,
  effectOf,
  payoffForm,
  prepayForm,
  quoteQuery,
  unseenAtForm,
  type ChosenEffect,
} from './borrower.forms.ts';
import { confirmPrepayPage, noPrepaymentPage, prepayPage } from './early.view.ts';
import { currentLoan, seenNumber } from './due.ts';
import { ownLoan, showNothingLeft, type LoanPageParts } from './own-loan.routes.ts';
import { payoffPage, quoteDays } from './payoff.view.ts';

const views = { prepay: 'servicing/prepay', payoff: 'servicing/payoff' };

/** Repaying before the time: a part of the loan, with both outcomes shown before one is chosen, or all of it. */
export function earlyRoutes(parts: LoanPageParts): Router {
  const router = Router();
  router.get('/loans/:loanId/prepay', permission('instalment:pay'), (req, res) => showPrepay(parts, req, res));
  router.post('/loans/:loanId/prepay', permission('instalment:pay'), (req, res) => prepay(parts, req, res));
  router.get('/loans/:loanId/payoff', permission('instalment:pay'), (req, res) => showPayoff(parts, req, res));
  router.post('/loans/:loanId/payoff', permission('instalment:pay'), (req, res) => payOff(parts, req, res));
  return router;
}

interface Answer {
  told: Told;
  sent?: FormState;
  status?: 200 | 409 | 422;
}

const aboutAmount: readonly ActRefusal['code'][] = ['not-positive', 'below-minimum', 'too-much'];

/** Why no amount at all can be repaid early now; undefined where some can. */
function hindrance({ servicing }: LoanPageParts, told: Told): ActRefusal | undefined {
  const least = larger(told.product.prepayment.minAmount, moneyOf(1n));
  const choices = servicing.prepaymentChoices(told, least);
  if (!choices.ok) return choices.refusal;
  return choices.value.outcomes.length === 0 ? { code: 'effect-not-offered' } : undefined;
}

async function showPrepay(parts: LoanPageParts, req: Request, res: Response) {
  const told = await ownLoan(parts, req, res);
  if (told.loan.state !== 'active') return showNothingLeft(parts, res, { told });
  if (req.query.amount === undefined) return answerPrepay(parts, res, { told });
  const { amount: typed } = req.query;
  const asked = parseForm(amountQuery(told.loan.currency), { amount: typed });
  if (!asked.ok) return answerPrepay(parts, res, { told, sent: asked.form, status: 422 });
  const effect = effectOf(typeof req.query.effect === 'string' ? req.query.effect : undefined);
  return showChoices(parts, res, { told, amount: asked.value.amount, effect });
}

/** The form for the amount, or the sentence why there is none. */
async function answerPrepay({ pages, formats, ...parts }: LoanPageParts, res: Response, answer: Answer) {
  const { told, sent, status = 200 } = answer;
  const facts = { told, loan: currentLoan(told), formats, ...(sent ? { sent } : {}) };
  const refusal = hindrance({ ...parts, pages, formats }, told);
  const model = refusal ? noPrepaymentPage(facts, refusal) : prepayPage({ ...facts, choices: undefined });
  if (status === 200) await pages.show(res, { view: views.prepay, model });
  else if (status === 422) await pages.invalid(res, { view: views.prepay, model });
  else await pages.refused(res, { view: views.prepay, model, status });
}

interface Asked extends Answer {
  amount: Money;
  effect: ChosenEffect | undefined;
}

async function showChoices(parts: LoanPageParts, res: Response, asked: Asked) {
  const { servicing, formats } = parts;
  const { told, amount } = asked;
  const choices = servicing.prepaymentChoices(told, amount);
  if (choices.ok && choices.value.outcomes.length > 0)
    return showOutcomes(parts, res, { ...asked, choices: choices.value });
  if (choices.ok || !aboutAmount.includes(choices.refusal.code))
    return answerPrepay(parts, res, { told, ...rest(asked) });
  const values = { amount: asked.sent?.values.amount ?? formats.money(amount).replaceAll(',', '') };
  const { message } = explainAct(choices.refusal, formats);
  return answerPrepay(parts, res, { told, sent: { values, errors: { amount: message } }, status: 422 });
}

function rest({ sent, status }: Answer) {
  return { ...(sent ? { sent } : {}), ...(status ? { status } : {}) };
}

async function showOutcomes(parts: LoanPageParts, res: Response, asked: Asked & { choices: PrepaymentChoices }) {
  const { pages, accounts, formats } = parts;
  const { told, choices, effect, sent, status = 200 } = asked;
  const facts = { told, loan: currentLoan(told), formats, choices, ...(sent ? { sent } : {}) };
  const isOffered = choices.outcomes.some((one) => one.effect === effect);
  const model =
    effect && isOffered
      ? confirmPrepayPage({ ...facts, effect, accounts: await accounts.listOwn(told.loan.partyId), key: newId() })
      : prepayPage(facts);
  if (status === 200) return pages.show(res, { view: views.prepay, model });
  return pages.refused(res, { view: views.prepay, model, status });
}

async function prepay(parts: LoanPageParts, req: Request, res: Response) {
  const { servicing, formats } = parts;
  const told = await ownLoan(parts, req, res);
  const { partyId, _id: loanId, currency } = told.loan;
  const parsed = parseForm(prepayForm(currency), req.body);
  if (!parsed.ok) {
    const sent = unseenAtForm(parsed.form);
    if (told.loan.state !== 'active') return showNothingLeft(parts, res, { told, sent, status: 422 });
    const asked = parseForm(amountQuery(currency), { amount: parsed.form.values.amount ?? '' });
    if (!asked.ok) return answerPrepay(parts, res, { told, sent, status: 422 });
    const effect = effectOf(parsed.form.values.effect);
    return showChoices(parts, res, { told, amount: asked.value.amount, effect, sent, status: 422 });
  }
  const { key, seen, accountId, amount, effect, chargeShown } = parsed.value;
  const act = { kind: 'prepayment' as const, from: { accountId }, amount, effect, chargeShown };
  const order = { key, actor: actor(res).userId, channel: 'customer' as const, loanId, partyId, seen, act };
  const outcome = await servicing.act(order);
  if (outcome.ok) {
    res.redirect(303, paths.receipt(loanId, outcome.value.key));
    return;
  }
  const { field, message, status } = explainAct(outcome.refusal, formats);
  const sent = withError(parsed.form, field, message);
  const fresh = await ownLoan(parts, req, res);
  if (fresh.loan.state !== 'active') return showNothingLeft(parts, res, { told: fresh, sent, status });
  if (field === 'amount') return answerPrepay(parts, res, { told: fresh, sent, status });
  return showChoices(parts, res, { told: fresh, amount, effect, sent, status });
}

/** The date of a quote: today where none is asked for, at most so many days ahead. */
function quoteDate(query: Request['query'], today: PlainDate): { on: PlainDate; sent?: FormState } {
  if (query.on === undefined) return { on: today };
  const asked = parseForm(quoteQuery, { on: query.on });
  if (!asked.ok) return { on: today, sent: asked.form };
  const ahead = daysBetween(today, asked.value.on);
  if (ahead >= 0 && ahead <= quoteDays) return { on: asked.value.on };
  return { on: today, sent: withError(asked.form, 'on', `Enter a date from today up to ${quoteDays} days ahead`) };
}

async function payoffModel(parts: LoanPageParts, facts: { told: Told; on: PlainDate; sent?: FormState }) {
  const { servicing, accounts, formats } = parts;
  const { told, on, sent } = facts;
  const { partyId, _id: loanId } = told.loan;
  const [own, quote] = await Promise.all([accounts.listOwn(partyId), servicing.payoffQuote({ loanId, partyId }, on)]);
  if (!quote) return undefined;
  const common = {
    loan: currentLoan(told),
    quote,
    today: told.today,
    accounts: own,
    key: newId(),
    seen: seenNumber(told),
    formats,
  };
  return payoffPage({ ...common, ...(sent ? { sent } : {}) });
}

async function showPayoff(parts: LoanPageParts, req: Request, res: Response) {
  const told = await ownLoan(parts, req, res);
  if (told.loan.state !== 'active') return showNothingLeft(parts, res, { told });
  const asked = quoteDate(req.query, told.today);
  const model = await payoffModel(parts, { told, ...asked });
  if (!model) return showNothingLeft(parts, res, { told });
  if (asked.sent) return parts.pages.invalid(res, { view: views.payoff, model });
  return parts.pages.show(res, { view: views.payoff, model });
}

async function payOff(parts: LoanPageParts, req: Request, res: Response) {
  const told = await ownLoan(parts, req, res);
  const { partyId, _id: loanId, currency } = told.loan;
  const parsed = parseForm(payoffForm(currency), req.body);
  if (!parsed.ok) return refusePayoff(parts, res, { told, sent: unseenAtForm(parsed.form), status: 422 });
  const { key, seen, accountId, shown } = parsed.value;
  const act = { kind: 'payoff' as const, from: { accountId }, shown };
  const order = { key, actor: actor(res).userId, channel: 'customer' as const, loanId, partyId, seen, act };
  const outcome = await parts.servicing.act(order);
  if (outcome.ok) {
    res.redirect(303, paths.receipt(loanId, outcome.value.key));
    return;
  }
  const { field, message, status } = explainAct(outcome.refusal, parts.formats);
  const fresh = await ownLoan(parts, req, res);
  return refusePayoff(parts, res, { told: fresh, sent: withError(parsed.form, field, message), status });
}

async function refusePayoff(
  parts: LoanPageParts,
  res: Response,
  answer: { told: Told; sent: FormState; status: 409 | 422 },
) {
  const { told, sent, status } = answer;
  const model = told.loan.state === 'active' ? await payoffModel(parts, { told, on: told.today, sent }) : undefined;
  if (!model) return showNothingLeft(parts, res, answer);
  return parts.pages.refused(res, { view: views.payoff, model, status });
}
