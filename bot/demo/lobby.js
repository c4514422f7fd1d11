// The page works without this. It only shows that time is passing, and what changed while you were in another tab.

const now = () => document.getElementById("now");

document.addEventListener("submit", (event) => {
  if (!event.target.matches(".moves")) return;
  document.getElementById("status").textContent = "One moment, Steward is at work …";
  // After the browser has read which button was pressed, or it would send none.
  setTimeout(() => event.target.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
});

document.addEventListener("visibilitychange", async () => {
  if (document.visibilityState !== "visible") return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) {
    document.getElementById("status").textContent = "The demo has ended. Start it again with: python3 run.py demo";
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  now().replaceWith(page.getElementById("now"));
  document.querySelector(".people").replaceWith(page.querySelector(".people"));
});
