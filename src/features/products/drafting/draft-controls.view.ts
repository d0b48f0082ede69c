/** One control of the form, with the component that draws it. */
export interface Control {
  component: 'field' | 'select' | 'checkbox' | 'textarea';
  name: string;
  label: string;
  [ofTheComponent: string]: unknown;
}

export interface Option {
  value: string;
  text: string;
}
export const optionsOf = (names: Readonly<Record<string, string>>): Option[] =>
  Object.entries(names).map(([value, text]) => ({ value, text }));

export const text = (name: string, label: string, more: object = {}): Control => ({
  component: 'field',
  name,
  label,
  autocomplete: 'off',
  ...more,
});
export const select = (name: string, label: string, options: Option[], more: object = {}): Control => ({
  component: 'select',
  name,
  label,
  options,
  ...more,
});
export const tick = (name: string, label: string, more: object = {}): Control => ({
  component: 'checkbox',
  name,
  label,
  ...more,
});

export interface FormSection {
  title: string;
  hint?: string;
  controls: Control[];
}
