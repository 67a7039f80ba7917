import { euros } from './format.js';

const frame = document.getElementById('card-frame');
const asked = new URLSearchParams(location.search);
const source = asked.has('order')
  ? `/api/order?number=${encodeURIComponent(asked.get('order'))}`
  : `/api/quote?${new URLSearchParams({ fare: 'saver', quantity: '1', sailing: 'S-101', ...Object.fromEntries(asked) })}`;

addEventListener('message', event => {
  if (event.origin !== location.origin || event.source !== frame.contentWindow) return;
  document.getElementById('payment-result').textContent = `Payment accepted. Reference ${event.data.reference}`;
  frame.hidden = true;
});

const due = await (await fetch(source)).json();
document.getElementById('amount-due').textContent = due.error ?? `Amount due: ${euros(due.cents)} for ${due.sailing}`;
if (due.error) frame.hidden = true;
