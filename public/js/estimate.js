// Live figures beside a form: `data-estimate="/url"` on the form, `data-estimate-key="key"` on what it fills.
// Without it, or when the answer is not a plain 200, the page keeps the figures that the server rendered.

const PAUSE_MS = 250;

/** The form's own fields, without the token that only a POST needs. */
function query(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (name !== '_csrf' && typeof value === 'string') fields.append(name, value);
  }
  return fields.toString();
}

function show(figures) {
  for (const place of document.querySelectorAll('[data-estimate-key]')) {
    const text = figures[place.dataset.estimateKey];
    if (typeof text === 'string' && place.textContent !== text) place.textContent = text;
  }
}

function watch(form) {
  let timer;
  let running = new AbortController();

  async function ask() {
    running = new AbortController();
    const { signal } = running;
    try {
      const answer = await fetch(`${form.dataset.estimate}?${query(form)}`, {
        headers: { Accept: 'application/json' },
        credentials: 'same-origin',
        signal,
      });
      if (answer.status !== 200) return;
      const figures = await answer.json();
      if (!signal.aborted) show(figures);
    } catch {
      // Aborted by a newer question, or the network is away: the figures on the page stay as they are.
    }
  }

  form.addEventListener('input', () => {
    clearTimeout(timer);
    running.abort();
    timer = setTimeout(ask, PAUSE_MS);
  });
}

document.querySelectorAll('form[data-estimate]').forEach(watch);
