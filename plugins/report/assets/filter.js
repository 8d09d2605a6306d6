// The page's drop-down: shows what belongs to one choice and hides the others.
const filter = document.getElementById('filter');
if (filter) {
  const parts = [...document.querySelectorAll('[data-choice]')];
  const choose = () => parts.forEach((part) => { part.hidden = part.dataset.choice !== filter.value; });
  filter.addEventListener('change', choose);
  choose();
}
