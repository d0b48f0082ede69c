import type { Formats } from '#core/format.ts';
import type { ApprovalRequest } from '#features/approvals/index.ts';
import type { FormState } from '#web/forms.ts';
import { paths } from '#web/paths.ts';
import { policyCrumbs } from '../policy.view.ts';
import { changesTable, policyTables } from '../policy-tables.view.ts';
import type { PolicyVersion } from '../policy-version.model.ts';
import { differences, type PolicyNames } from '../policy-words.ts';
import type { PolicyDraft } from './policy-draft.model.ts';
import type { DraftBase } from './policy-drafts.service.ts';

export interface DraftFacts {
  base: DraftBase;
  draft: PolicyDraft | undefined;
  pending: ApprovalRequest | undefined;
  mayEdit: boolean;
  /** Why it cannot be published as it stands. */
  faults: readonly string[];
  form: FormState;
  names: PolicyNames;
  formats: Formats;
}

/** `/risk/policies/draft`: the next version, part by part. */
export function draftPage(facts: DraftFacts) {
  const { base, draft, pending, mayEdit, faults, form, names, formats } = facts;
  const open = mayEdit && !pending;
  return {
    title: 'Draft of the credit policy',
    crumbs: [...policyCrumbs, { text: 'Draft' }],
    head: {
      title: 'Draft of the credit policy',
      sub: draft
        ? savedText(draft, formats)
        : `Nothing is changed yet: this is version ${base.basedOn}, which decides now`,
      ...(draft ? { action: { href: paths.riskPolicyComparison, text: 'Compare with live' } } : {}),
    },
    form,
    notes: notesOf(pending, faults),
    ...policyTables(base.content, { names, formats, editing: open ? 'editing' : undefined }),
    edit: open
      ? {
          addRule: { href: paths.riskPolicyRule('new'), text: 'Add a rule' },
          prices: { href: paths.riskPolicyPrices, text: 'Change the prices' },
          limits: { href: paths.riskPolicyLimits, text: 'Change the limits' },
        }
      : { addRule: undefined, prices: undefined, limits: undefined },
    discard: open && draft ? { action: paths.discardRiskPolicy, version: String(draft.version) } : null,
  };
}

function savedText({ changedBy, changedAt, basedOn, restores }: PolicyDraft, formats: Formats): string {
  const what = restores === null ? `Begun from version ${basedOn}` : `Brings back version ${restores}`;
  return `${what}. Saved by ${changedBy.name} on ${formats.instant(changedAt)}`;
}

function notesOf(pending: ApprovalRequest | undefined, faults: readonly string[]) {
  return [
    ...(pending
      ? [
          {
            kind: 'info',
            title: `${pending.maker.name} asked for publication`,
            text: 'The draft can be changed again when the request is decided or withdrawn.',
            link: { href: paths.approval(pending.id), text: 'Open the request' },
          },
        ]
      : []),
    ...faults.map((text) => ({ kind: 'warn', title: 'It cannot be published like this', text })),
  ];
}

interface CompareFacts extends DraftFacts {
  draft: PolicyDraft;
  live: PolicyVersion;
  key: string;
  mayTest: boolean;
}

/** `/risk/policies/draft/compare`: only what the draft says otherwise than the live version, and asking for it. */
export function comparePage(facts: CompareFacts) {
  const { draft, live, pending, mayEdit, mayTest, faults, form, names, formats, key } = facts;
  const changed = differences({ before: live.content, after: draft.content }, { names, formats });
  const next = live.version + 1;
  return {
    title: 'Compare the draft',
    crumbs: [...policyCrumbs, { text: 'Draft', href: paths.riskPolicyDraft }, { text: 'Compare' }],
    head: {
      title: `Draft against version ${live.version}`,
      sub: savedText(draft, formats),
      secondary: { href: paths.riskPolicyDraft, text: mayEdit && !pending ? 'Edit the draft' : 'The whole draft' },
      ...(mayTest ? { action: { href: paths.backTestDraft, text: 'Back-test it' } } : {}),
    },
    form,
    notes: notesOf(pending, faults),
    changes: changesTable(changed, { before: `Version ${live.version}`, after: 'Draft' }),
    none: { title: 'Nothing would change', text: 'The draft says what the live version says.', action: undefined },
    ask:
      pending || !mayEdit || changed.length === 0 || faults.length > 0
        ? null
        : {
            action: paths.riskPolicyPublication,
            key,
            version: String(draft.version),
            title: `Ask for version ${next}`,
            text: 'Somebody who did not write in the draft publishes it. From then on it votes on every application, also on those that wait.',
          },
  };
}
