import { euros } from './format.js';

const number = new URLSearchParams(location.search).get('order') ?? '';
const answer = await fetch(`/api/order?number=${encodeURIComponent(number)}`);
const order = await answer.json();
if (answer.ok) {
  const facts = {
    ...order,
    full_name: `${order.first_name} ${order.last_name}`,
    place: `${order.postcode} ${order.city}`,
    newsletter: order.newsletter ? 'Yes' : 'No',
    total: euros(order.cents),
  };
  for (const fact of document.querySelectorAll('#order-facts dd')) fact.textContent = facts[fact.dataset.testid];
  document.getElementById('order-number').textContent = number;
  document.getElementById('pay-link').href = `/payment.html?order=${encodeURIComponent(number)}`;
  document.getElementById('thanks').textContent = `Thank you, ${order.first_name}`;
} else {
  document.querySelector('main').textContent = order.error;
}
