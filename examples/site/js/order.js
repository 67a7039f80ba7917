import { euros } from './format.js';

const form = document.getElementById('order-form');
const summary = document.getElementById('order-summary');
const alert = document.getElementById('order-errors');
const { sailing, quantity, fare } = form.elements;

async function showQuote() {
  const asked = new URLSearchParams({ sailing: sailing.value, quantity: quantity.value, fare: fare.value });
  const quote = await (await fetch(`/api/quote?${asked}`)).json();
  summary.textContent = quote.error ?? `${quote.sailing}, ${euros(quote.cents)}`;
}

function showErrors(errors) {
  const list = document.createElement('ul');
  for (const field of form.elements) {   // in their order on the page
    if (!errors[field.name]) continue;
    field.setAttribute('aria-invalid', 'true');
    const item = document.createElement('li');
    item.textContent = errors[field.name];
    list.append(item);
  }
  alert.replaceChildren(list);
  alert.hidden = false;
}

const asked = new URLSearchParams(location.search);
sailing.value = asked.get('sailing') ?? 'S-101';
quantity.value = asked.get('quantity') ?? '1';
// An order that the server refused comes back with what was entered.
if (asked.has('refused')) {
  const { values = {}, errors = {} } = await (await fetch('/api/refused-order')).json();
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements[name];
    if (field?.type === 'checkbox') field.checked = true;
    else if (field) field.value = value;
  }
  if (Object.keys(errors).length) showErrors(errors);
}
fare.addEventListener('change', showQuote);
showQuote();
