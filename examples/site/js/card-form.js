const form = document.getElementById('card-form');
const alert = document.getElementById('card-error');

form.addEventListener('submit', async event => {
  event.preventDefault();
  const answer = await fetch('/api/payment', { method: 'POST', body: new URLSearchParams(new FormData(form)) });
  const result = await answer.json();
  alert.hidden = answer.ok;
  alert.textContent = result.error ?? '';
  if (answer.ok) parent.postMessage({ reference: result.reference }, location.origin);
});
