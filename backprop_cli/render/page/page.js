// Start the page.

function startTheme() {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const label = () => { $("theme").textContent = isDark() ? "Light" : "Dark"; };
  system.addEventListener("change", label);
  $("theme").addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    label();
  });
  label();
}

// What is folded away on a screen cannot be unfolded on paper.
addEventListener("beforeprint", () => {
  if ($("words")) $("words").open = true;
});
document.body.classList.add("scripted");
startTheme();
startSteps();
startInputs();
startPredict();
goTo(0);
