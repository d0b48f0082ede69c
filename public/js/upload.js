// Shows how far a file has got, and refuses one that is too large before it is sent. Without this the form works as it is.

const mostBytes = 10 * 1024 * 1024;

function show(form, { value, text }) {
  let box = form.querySelector('.upload-progress');
  if (!box) {
    box = document.createElement('div');
    box.className = 'upload-progress';
    box.setAttribute('role', 'status');
    const bar = document.createElement('progress');
    bar.max = 100;
    bar.setAttribute('aria-label', 'Sent so far');
    box.append(bar, document.createElement('p'));
    form.append(box);
  }
  const bar = box.querySelector('progress');
  bar.hidden = value === undefined;
  if (value !== undefined) bar.value = value;
  box.querySelector('p').textContent = text;
}

function release(form) {
  delete form.dataset.sent;
  form.removeAttribute('aria-busy');
  setTimeout(() => {
    for (const button of form.querySelectorAll('button')) button.disabled = false;
  }, 0);
}

/** The page that the server answered with takes the place of this one, without its scripts being run again. */
function showAnswer(request) {
  const answer = new DOMParser().parseFromString(request.responseText, 'text/html');
  const main = answer.querySelector('main');
  if (!main) {
    window.location.reload();
    return;
  }
  document.querySelector('.flash')?.remove();
  document.querySelector('main').replaceWith(main);
  const flash = answer.querySelector('.flash');
  if (flash) main.before(flash);
  document.title = answer.title;
  watch();
  const summary = document.getElementById('error-summary');
  (summary ?? main).focus();
}

function send(form) {
  const request = new window.XMLHttpRequest();
  request.upload.addEventListener('progress', (event) => {
    if (!event.lengthComputable) return;
    const percent = Math.floor((event.loaded / event.total) * 100);
    show(form, { value: percent, text: percent < 100 ? `${percent} % sent` : 'Sent. We look at the file.' });
  });
  request.addEventListener('load', () => showAnswer(request));
  request.addEventListener('error', () => {
    release(form);
    show(form, { text: 'The file did not arrive. Check your connection and send it again.' });
  });
  request.open('POST', form.action);
  request.send(new FormData(form));
  show(form, { value: 0, text: 'Sending' });
}

function watchForm(form) {
  form.addEventListener('submit', (event) => {
    const [file] = form.querySelector('input[type="file"]').files;
    // Without a file the server says what is missing.
    if (!file) return;
    event.preventDefault();
    if (file.size > mostBytes) {
      release(form);
      show(form, { text: 'This file is larger than 10 MB. Send a smaller scan, or a photograph with fewer pixels.' });
      return;
    }
    send(form);
  });
}

function watch() {
  document.querySelectorAll('form[data-upload]').forEach(watchForm);
}

watch();
