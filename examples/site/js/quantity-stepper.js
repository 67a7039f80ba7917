// <quantity-stepper min="1" max="9">: a number with a button on each side, in an open shadow root.
// `value` is always a number from min to max; "change" fires when it changed.
const template = document.createElement('template');
template.innerHTML = `
  <style>
    div { display: inline-flex; border: 1px solid #9db7c0; border-radius: 8px; overflow: hidden; }
    button, input { font: inherit; color: inherit; border: 0; height: 2.3rem; background: #fff; }
    button { width: 2.6rem; background: #eef5f7; font-weight: bold; cursor: pointer; }
    button:disabled { color: #9db7c0; cursor: default; }
    input { width: 3rem; text-align: center; }
    :focus-visible { outline: 3px solid #f2a541; outline-offset: -3px; }
  </style>
  <div role="group" aria-label="Passengers">
    <button id="fewer" type="button" aria-label="Fewer passengers">&minus;</button>
    <input id="amount" name="amount" inputmode="numeric" autocomplete="off" aria-label="Number of passengers">
    <button id="more" type="button" aria-label="More passengers">+</button>
  </div>`;

class QuantityStepper extends HTMLElement {
  #amount;
  #value;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.append(template.content.cloneNode(true));
    this.#amount = root.getElementById('amount');
    root.getElementById('fewer').addEventListener('click', () => this.#change(this.#value - 1));
    root.getElementById('more').addEventListener('click', () => this.#change(this.#value + 1));
    this.#amount.addEventListener('input', () => {
      const typed = Number(this.#amount.value);
      if (typed >= this.#min && typed <= this.#max) this.#change(typed);   // what is half typed waits for "change"
    });
    this.#amount.addEventListener('change', () => this.#change(Number(this.#amount.value)));
    this.value = this.#min;
  }

  get #min() { return Number(this.getAttribute('min') ?? 1); }
  get #max() { return Number(this.getAttribute('max') ?? 99); }

  get value() { return this.#value; }
  set value(wanted) {
    this.#value = Math.min(this.#max, Math.max(this.#min, Math.trunc(wanted) || this.#min));
    this.#amount.value = String(this.#value);
    this.shadowRoot.getElementById('fewer').disabled = this.#value === this.#min;
    this.shadowRoot.getElementById('more').disabled = this.#value === this.#max;
  }

  #change(wanted) {
    const before = this.#value;
    this.value = wanted;
    if (this.#value !== before) this.dispatchEvent(new Event('change'));
  }
}
customElements.define('quantity-stepper', QuantityStepper);
