// Keys for those who work through many files. Everything they do can be done with Tab and Enter too; nothing needs them.

const kept = 'desk-keys';
const chordMs = 1_500;
let chord = '';
let chordAt = 0;

/** A reader may turn the keys off for good, as WCAG 2.1.4 asks. */
function areOn() {
  try {
    return window.localStorage.getItem(kept) !== 'off';
  } catch {
    return true;
  }
}

function keep(state) {
  try {
    window.localStorage.setItem(kept, state);
  } catch {
    // Without storage the keys are on again on the next page.
  }
}

function isTyping(target) {
  return target instanceof window.HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;
}

/** Brings what is folded away into view, and the focus to it. */
function focusOn(element) {
  for (let folded = element.closest('details'); folded; folded = folded.parentElement?.closest('details'))
    folded.open = true;
  element.focus();
  element.scrollIntoView({ block: 'nearest' });
}

/** A button or link is pressed; of a part of a form the first control gets the focus. */
function use(selector) {
  const found = document.querySelector(selector);
  if (!(found instanceof window.HTMLElement)) return false;
  if (found.matches('a[href], button')) found.click();
  else
    focusOn(
      found.matches('input, textarea, select')
        ? found
        : (found.querySelector('input:not([type=hidden]), textarea, select') ?? found),
    );
  return true;
}

/** To the file below or above the one that has the focus. */
function moveBy(step) {
  const links = [...document.querySelectorAll('main table .rowlink')];
  if (links.length === 0) return false;
  const at = links.indexOf(document.activeElement);
  const to = at === -1 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
  focusOn(links[to]);
  return true;
}

function showKeys() {
  const help = document.querySelector('details[data-keys]');
  if (!(help instanceof window.HTMLDetailsElement)) return false;
  help.open = !help.open;
  if (help.open) focusOn(help.querySelector('summary') ?? help);
  return true;
}

const acts = {
  j: () => moveBy(1),
  k: () => moveBy(-1),
  n: () => use('[data-key="n"]'),
  w: () => use('[data-key="w"]'),
  a: () => use('[data-key="a"], #amount'),
  d: () => use('[data-key="d"], #reason'),
  q: () => use('[data-key="q"]'),
  r: () => use('[data-key="r"]'),
  '?': showKeys,
};

/** `g` waits for a second key. */
function actOf(key) {
  const waiting = chord === 'g' && Date.now() - chordAt < chordMs;
  chord = '';
  if (waiting && key === 'q') {
    return () => {
      window.location.assign('/officer');
      return true;
    };
  }
  if (key === 'g') {
    chord = 'g';
    chordAt = Date.now();
    return undefined;
  }
  return Object.hasOwn(acts, key) ? acts[key] : undefined;
}

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    const form = event.target instanceof window.Element ? event.target.closest('form[method="post" i]') : null;
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Escape' && isTyping(event.target)) {
    // Out of a field, so that the keys work again.
    event.target.blur();
    return;
  }
  if (!areOn() || isTyping(event.target)) return;
  if (actOf(event.key)?.()) event.preventDefault();
});

/** The switch is of use only where this script runs. */
function offerSwitch(button) {
  const tell = () => {
    button.textContent = areOn() ? 'Turn the keys off' : 'Turn the keys on';
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    keep(areOn() ? 'off' : 'on');
    tell();
  });
  tell();
}

for (const button of document.querySelectorAll('button[data-keys-switch]')) offerSwitch(button);
