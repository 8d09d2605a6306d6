// Theme, print and contents; then all charts.
const systemDark = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : systemDark.matches);
const themeButton = document.getElementById('theme');
function showTheme() {
  themeButton.textContent = isDark() ? 'Light' : 'Dark';
  themeButton.setAttribute('aria-label', isDark() ? 'Use light colours' : 'Use dark colours');
  themeButton.setAttribute('aria-pressed', String(isDark()));
}
themeButton.hidden = false;
themeButton.addEventListener('click', () => {
  root.dataset.theme = isDark() ? 'light' : 'dark';
  showTheme();
  redraw();
});
systemDark.addEventListener('change', () => { showTheme(); redraw(); });
matchMedia('print').addEventListener('change', redraw);

const links = new Map([...document.querySelectorAll('.contents a')].map((a) => [a.getAttribute('href').slice(1), a]));
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    links.forEach((a) => a.removeAttribute('aria-current'));
    const link = links.get(entry.target.id);
    if (link) link.setAttribute('aria-current', 'true');
  }
}, {rootMargin: '-10% 0px -80% 0px'});
document.querySelectorAll('main > section').forEach((section) => seen.observe(section));

showTheme();
performance.mark('charts');
document.querySelectorAll('[data-chart]').forEach(watch);
performance.measure('charts drawn', 'charts');
root.dataset.ready = 'true';
