const form = document.getElementById('sign-in-form');
const alert = document.getElementById('sign-in-error');

form.addEventListener('submit', async event => {
  event.preventDefault();
  const answer = await fetch('/api/sign-in', { method: 'POST', body: new URLSearchParams(new FormData(form)) });
  if (answer.ok) {
    location.assign('/sailings.html');
    return;
  }
  alert.textContent = (await answer.json()).error;
  alert.hidden = false;
  form.elements.password.value = '';
  form.elements.password.focus();
});
