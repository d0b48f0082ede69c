import type { Formats } from '#core/format.ts';
import { may, type Actor } from '#core/roles.ts';
import type { FormState } from '#web/forms.ts';
import { pagingView } from '#web/paging.ts';
import { paths } from '#web/paths.ts';
import { longestRelationNote } from './relations.forms.ts';
import { relationKinds, type RelateRefusal, type Relation, type RelationKind } from './relations.ts';

const kindTexts: Record<RelationKind, string> = {
  spouse: 'Spouse or partner',
  parent: 'Parent',
  child: 'Child',
  sibling: 'Brother or sister',
  household: 'Lives in the same household',
  business: 'Shares a business',
  other: 'Something else',
};

interface Facts {
  actor: Actor;
  scope: 'own' | 'all';
  list: { relations: readonly Relation[]; total: number };
  page: number;
  key: string;
  form: FormState;
  formats: Formats;
}

/** `/staff/relations`: one's own, or everybody's for those who register them. */
export function relationsPage({ actor, scope, list, page, key, form, formats }: Facts) {
  const registers = may(actor, 'relation:register');
  const query = { show: scope };
  const tab = (one: Facts['scope'], text: string) => ({
    href: `${paths.staffRelations}?show=${one}`,
    text,
    current: one === scope,
  });
  return {
    title: 'Relations',
    head: {
      title: 'Relations',
      sub: 'Nobody works on the file of somebody they are related to. People you hold an account with count without being listed.',
    },
    tabs: registers ? [tab('own', 'Yours'), tab('all', 'Everybody’s')] : [],
    form,
    table: list.relations.length === 0 ? undefined : tableOf(list.relations, { scope, formats }),
    ending: scope === 'all' ? endingOf(list.relations, actor) : [],
    empty: {
      title: scope === 'own' ? 'You have declared nobody' : 'Nobody is listed',
      text: 'Declare everybody who is a customer here and close to you: family, household, a shared business.',
      action: undefined,
    },
    paging: pagingView({ page, total: list.total, path: paths.staffRelations, query }),
    add: {
      title: scope === 'own' ? 'Declare somebody' : 'Register a relation',
      action: scope === 'own' ? paths.staffRelations : `${paths.staffRelations}/register`,
      button: scope === 'own' ? 'Declare this relation' : 'Register this relation',
      asksStaff: scope === 'all',
      key,
      kinds: [{ value: '', text: 'Choose one' }, ...relationKinds.map((value) => ({ value, text: kindTexts[value] }))],
      maxlength: longestRelationNote,
    },
  };
}

function tableOf(relations: readonly Relation[], { scope, formats }: Pick<Facts, 'scope' | 'formats'>) {
  const staff = { key: 'staff', label: 'Colleague' };
  return {
    caption: 'Relations',
    captionHidden: true,
    columns: [
      ...(scope === 'all' ? [staff] : []),
      { key: 'customer', label: 'Customer' },
      { key: 'kind', label: 'Relation' },
      { key: 'note', label: 'Note', hideSmall: true },
      { key: 'since', label: 'Since', hideSmall: true },
    ],
    rows: relations.map((one) => ({
      cells: {
        staff: one.staffName,
        customer: one.partyName,
        kind: { text: kindTexts[one.kind], sub: one.source === 'declared' ? 'Declared' : 'Registered by compliance' },
        note: one.note,
        since: formats.instant(one.at),
      },
    })),
  };
}

function endingOf(relations: readonly Relation[], { userId }: Actor) {
  return relations
    .filter(({ staffId }) => staffId !== userId)
    .map(({ id, version, staffName, partyName }) => ({
      action: `${paths.staffRelations}/${id}/end`,
      version: String(version),
      text: `${staffName} and ${partyName}`,
    }));
}

export function explainRelation(refusal: RelateRefusal): { field: string; sentence: string } {
  switch (refusal) {
    case 'no-such-customer':
      return { field: 'email', sentence: 'No customer has this address. Check it, or ask compliance' };
    case 'no-such-staff':
      return { field: 'staffEmail', sentence: 'No member of staff signs in with this address' };
    case 'is-yourself':
      return { field: 'email', sentence: 'This is the same person. Nobody works on their own file anyway' };
    case 'known-already':
      return { field: 'email', sentence: 'This relation is on the list already' };
  }
}
