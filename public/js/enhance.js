// Improves pages that already work without it: one press sends a form once, and a refused form starts at its summary.

/** A form that is on its way is not sent again; the pressed button's own name and value still travel with it. */
function sendOnce(form) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent === 'yes') {
      event.preventDefault();
      return;
    }
    form.dataset.sent = 'yes';
    form.setAttribute('aria-busy', 'true');
    // The form's data is collected after this event, so a button disabled here would lose its own value.
    setTimeout(() => {
      for (const button of form.querySelectorAll('button[type="submit"], button:not([type])')) button.disabled = true;
    }, 0);
  });
}

/** The page may come back from the browser's history as it was left, with its buttons still disabled. */
function release(form) {
  if (form.dataset.sent !== 'yes') return;
  delete form.dataset.sent;
  form.removeAttribute('aria-busy');
  for (const button of form.querySelectorAll('button:disabled')) button.disabled = false;
}

/** A table that is wider than its card can be scrolled by keyboard too. No landmark: its card often has the same name. */
function reachable(wrap) {
  if (wrap.scrollWidth <= wrap.clientWidth) {
    for (const name of ['tabindex', 'role', 'aria-label']) wrap.removeAttribute(name);
    return;
  }
  wrap.tabIndex = 0;
  wrap.setAttribute('role', 'group');
  wrap.setAttribute('aria-label', wrap.querySelector('caption')?.textContent ?? 'Table');
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll('.topbar details[open]')) {
    if (menu !== except && !menu.contains(except)) menu.open = false;
  }
}

const postForms = [...document.querySelectorAll('form[method="post" i]')];
const wraps = [...document.querySelectorAll('.table-wrap')];

postForms.forEach(sendOnce);
wraps.forEach(reachable);
window.addEventListener('resize', () => wraps.forEach(reachable));
window.addEventListener('pageshow', (event) => {
  if (event.persisted) postForms.forEach(release);
});
document.addEventListener('click', (event) => closeMenus(event.target));
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  const open = document.querySelector('.topbar details[open]');
  closeMenus(null);
  open?.querySelector('summary')?.focus();
});
document.getElementById('error-summary')?.focus();
