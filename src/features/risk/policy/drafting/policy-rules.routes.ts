import type { Request, Response } from 'express';
import { notFound } from '#core/errors.ts';
import { parseForm, withError, type FormState } from '#web/forms.ts';
import type { PolicyRule } from '../policy.ts';
import type { PolicyRouteParts } from '../policy.pages.ts';
import { ruleFaults } from '../policy-faults.ts';
import { mostRules } from '../policy-content.ts';
import { newRuleForm, ruleForm, ruleOf } from './policy-draft.forms.ts';
import { knownOf } from './policy-draft-parts.ts';
import { savePart } from './policy-saving.routes.ts';
import { rulePage } from './policy-parts.view.ts';

const view = 'risk/policies/rule';

/** Adds a rule, or puts it in the place of the one with its code. */
export async function saveRule(
  parts: PolicyRouteParts,
  { req, res, code }: { req: Request; res: Response; code: string | undefined },
): Promise<void> {
  const { policies, pages, formats } = parts;
  const [base, names] = await Promise.all([policies.base(), policies.names()]);
  const { rules } = base.content;
  if (code !== undefined && !rules.some((rule) => rule.code === code)) throw notFound('Rule');
  const again = (form: FormState) => Promise.resolve({ view, model: rulePage({ code, form, names, formats }) });
  const known = knownOf(names);
  const parsed = readRule(req.body, { code, products: known.products });
  if (!parsed.ok) return pages.invalid(res, await again(parsed.form));
  const { rule, version } = parsed;
  const [fault] = ruleFaults(rule, known);
  if (fault) return pages.invalid(res, await again(withError(parsed.form, fault.field, fault.message)));
  if (code === undefined && rules.some((one) => one.code === rule.code))
    return pages.refused(
      res,
      await again(withError(parsed.form, 'code', 'Another rule has this name. Choose another')),
    );
  if (code === undefined && rules.length >= mostRules) {
    const message = `There are ${mostRules} rules already. Remove one first; nothing was changed`;
    return pages.refused(res, await again(withError(parsed.form, 'form', message)));
  }
  const changed = code === undefined ? [...rules, rule] : rules.map((one) => (one.code === code ? rule : one));
  await savePart(parts, {
    ...{ req, res, base, version, again, form: parsed.form },
    content: { ...base.content, rules: changed },
    part: `rule ${rule.code}`,
    done: `The rule ${rule.code} is in the draft.`,
  });
}

type ReadRule = { ok: true; rule: PolicyRule; version: number; form: FormState } | { ok: false; form: FormState };

function readRule(
  body: unknown,
  { code, products }: { code: string | undefined; products: readonly string[] },
): ReadRule {
  if (code !== undefined) {
    const parsed = parseForm(ruleForm(products), body);
    if (!parsed.ok) return parsed;
    return { ...parsed, rule: ruleOf(code, parsed.value, products), version: parsed.value.version };
  }
  const parsed = parseForm(newRuleForm(products), body);
  if (!parsed.ok) return parsed;
  return { ...parsed, rule: ruleOf(parsed.value.code, parsed.value, products), version: parsed.value.version };
}
