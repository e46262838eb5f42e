// Keeps the filter from page to page; everything works without it.
"use strict";
(() => {
  const form = document.querySelector("form.filter");
  const key = "socialsync-preview";
  try {
    for (const id of JSON.parse(sessionStorage.getItem(key) || "[]")) {
      const choice = document.getElementById(id);
      if (choice && choice.form === form) choice.checked = true;
    }
    form.addEventListener("change", () => {
      const chosen = [...form.elements].filter((choice) => choice.checked).map((choice) => choice.id);
      sessionStorage.setItem(key, JSON.stringify(chosen));
    });
  } catch {
    // A browser that keeps nothing for local files.
  }
})();
