import './quantity-stepper.js';
import { duration, euros } from './format.js';

const search = document.getElementById('search');
const count = document.getElementById('result-count');
const table = document.getElementById('sailings');
const dialog = document.getElementById('sailing-dialog');
const passengers = document.getElementById('passengers');

let sailings = [];
let order = { key: '', direction: 1 };
let opened;   // the sailing in the dialog
let asked = 0;

function cell(name, text, className = '') {
  const element = document.createElement(name);
  element.textContent = text;
  element.className = className;
  return element;
}

function row(sailing) {
  const tr = document.createElement('tr');
  const route = cell('th', sailing.route);
  route.scope = 'row';
  route.id = `route-${sailing.id}`;
  const details = cell('button', 'Details', 'button small');
  details.type = 'button';
  details.setAttribute('aria-describedby', route.id);
  details.addEventListener('click', () => open(sailing));
  const last = document.createElement('td');
  last.append(details);
  tr.append(route, cell('td', sailing.departs), cell('td', duration(sailing.minutes)), cell('td', sailing.ship),
            cell('td', euros(sailing.cents), 'number'), last);
  return tr;
}

function show() {
  const { key, direction } = order;
  const compare = (a, b) => typeof a[key] === 'number' ? a[key] - b[key] : a[key].localeCompare(b[key], 'en');
  const shown = key ? sailings.toSorted((a, b) => direction * compare(a, b)) : sailings;
  table.tBodies[0].replaceChildren(...shown.map(row));
  for (const button of table.querySelectorAll('.sort')) {
    const sorted = button.dataset.sort !== key ? 'none' : direction > 0 ? 'ascending' : 'descending';
    button.closest('th').setAttribute('aria-sort', sorted);
  }
  count.textContent = sailings.length === 1 ? '1 sailing' : `${sailings.length || 'No'} sailings`;
}

async function load() {
  const turn = ++asked;
  table.setAttribute('aria-busy', 'true');
  const found = await (await fetch(`/api/sailings?q=${encodeURIComponent(search.value)}`)).json();
  if (turn !== asked) return;   // a later search has begun; its answer counts
  sailings = found;
  show();
  table.setAttribute('aria-busy', 'false');
}

function open(sailing) {
  opened = sailing;
  document.getElementById('sailing-title').textContent = sailing.route;
  const facts = { ...sailing, duration: duration(sailing.minutes) };
  for (const fact of dialog.querySelectorAll('[data-fact]')) fact.textContent = facts[fact.dataset.fact];
  passengers.value = 1;
  showTotal();
  dialog.showModal();
}

function showTotal() {
  document.getElementById('dialog-total').textContent = euros(opened.cents * passengers.value);
}

search.addEventListener('input', load);
document.getElementById('search-form').addEventListener('submit', event => event.preventDefault());
table.tHead.addEventListener('click', event => {
  const key = event.target.closest('.sort')?.dataset.sort;
  if (!key) return;
  order = { key, direction: order.key === key ? -order.direction : 1 };
  show();
});
passengers.addEventListener('change', showTotal);
document.getElementById('close-dialog').addEventListener('click', () => dialog.close());
document.getElementById('book').addEventListener('click', () => {
  location.assign(`/order.html?${new URLSearchParams({ sailing: opened.id, quantity: passengers.value })}`);
});
load();
