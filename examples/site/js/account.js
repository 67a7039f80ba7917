// Shows who is signed in, in the header of every page.
const { name } = await (await fetch('/api/session')).json();
if (name) {
  const greeting = document.createElement('p');
  greeting.id = 'greeting';
  greeting.dataset.testid = 'greeting';
  greeting.textContent = `Welcome back, ${name}`;
  const form = document.createElement('form');
  form.method = 'post';
  form.action = '/sign-out';
  form.innerHTML = '<button type="submit" data-testid="sign-out">Sign out</button>';
  document.getElementById('account').replaceChildren(greeting, form);
}
