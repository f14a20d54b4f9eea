// Send the safety token that the browser holds now, not the one a page was made with: the token
// changes when a colleague takes over the desk, and a form that stayed open must still be sendable.

const FIELD = "csrfmiddlewaretoken";

export function keepTokensFresh() {
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") {
      event.detail.headers["X-CSRFToken"] = token();
      delete event.detail.parameters[FIELD]; // it would be believed before the header
    }
  });
  document.addEventListener("submit", (event) => {
    const field = event.target.elements.namedItem(FIELD);
    if (field) {
      field.value = token();
    }
  });
}

export function token() {
  const cookie = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return cookie?.slice("csrftoken=".length) ?? "";
}
