// Templates of aria snapshots: {mode?, children} of {text} and {role, name?, states?, properties?, mode?, children?}.
// Without `mode` children are contained: in this order, others between them.

const templateText = (match) => textMatcher(match.text === undefined ? match : { ...match, exact: true });

function compiledTemplate(wanted) {
  if (wanted.text) return { fits: templateText(wanted.text) };
  return {
    role: oneRole(wanted.role),
    name: wanted.name && templateText(wanted.name),
    states: Object.entries(wanted.states || {}),
    properties: Object.entries(wanted.properties || {}).map(([name, match]) => [name, templateText(match)]),
    mode: wanted.mode || 'contain',
    children: (wanted.children || []).map(compiledTemplate),
    silent: !wanted.children && !wanted.mode,  // says nothing of children
  };
}

// False is something else than unknown: what cannot be expanded is not collapsed.
function stateFits({ states, off }, name, value) {
  if (value === 'false') return off.includes(name);
  return states.split(' ').includes(value === 'true' ? `[${name}]` : `[${name}=${value}]`);
}

function itemFits(item, wanted, deep) {
  if (wanted.fits) return typeof item === 'string' && wanted.fits(item);
  if (typeof item === 'string' || item.role !== wanted.role) return false;
  if (wanted.name && !wanted.name(item.name)) return false;
  if (!wanted.states.every(([name, value]) => stateFits(item, name, value))) return false;
  const has = new Map(item.properties);
  if (!wanted.properties.every(([name, matches]) => has.has(name) && matches(has.get(name)))) return false;
  if (wanted.silent && !deep) return true;
  return listFits(item.children, wanted, deep);
}

function listFits(items, wanted, deep) {
  const strict = deep || wanted.mode === 'deep-equal';
  if (strict || wanted.mode === 'equal') {
    return items.length === wanted.children.length && items.every((item, i) => itemFits(item, wanted.children[i], strict));
  }
  let next = 0;
  for (const item of items) if (next < wanted.children.length && itemFits(item, wanted.children[next], false)) ++next;
  return next === wanted.children.length;
}

// The template describes the children of the element asked for, or of anything in it.
function fitsAnywhere(items, wanted) {
  return listFits(items, wanted, false) || items.some((item) => typeof item !== 'string' && fitsAnywhere(item.children, wanted));
}
