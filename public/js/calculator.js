// The calculator as one types: asks the server for the same page and takes over the parts marked `data-live`.
// Without it the button does the same; when the network is away, the page keeps what it shows.

const PAUSE_MS = 300;

function takeOver(fresh) {
  for (const place of document.querySelectorAll('[data-live]')) {
    const now = fresh.getElementById(place.id);
    // What somebody has the cursor in is not taken away from under them.
    if (!now || place.contains(document.activeElement) || place.innerHTML === now.innerHTML) continue;
    place.replaceChildren(...now.childNodes);
  }
}

function watch(form) {
  let timer;
  let running = new AbortController();

  async function ask() {
    running = new AbortController();
    const { signal } = running;
    const address = `${form.getAttribute('action')}?${new URLSearchParams(new FormData(form)).toString()}`;
    try {
      const answer = await fetch(address, { headers: { Accept: 'text/html' }, credentials: 'same-origin', signal });
      if (answer.status !== 200 && answer.status !== 422) return;
      const fresh = new globalThis.DOMParser().parseFromString(await answer.text(), 'text/html');
      if (signal.aborted) return;
      takeOver(fresh);
      if (answer.status === 200) globalThis.history.replaceState(null, '', address);
    } catch {
      // Aborted by a newer question, or the network is away.
    }
  }

  form.addEventListener('input', () => {
    clearTimeout(timer);
    running.abort();
    timer = setTimeout(ask, PAUSE_MS);
  });
}

document.querySelectorAll('form[data-calculator]').forEach(watch);
