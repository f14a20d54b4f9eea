// Start the NHS design system's components in a page, or in a fragment that was swapped in.

import {
  Button,
  CharacterCount,
  ErrorSummary,
  PasswordInput,
  Scroll,
  SkipLink,
  createAll,
} from "../vendor/nhsuk-frontend/nhsuk-frontend.js";

const COMPONENTS = [
  Button,
  CharacterCount,
  ErrorSummary,
  PasswordInput,
  Scroll,
  SkipLink,
];

// `scope` is the document or an element; components are looked for inside it.
export function wake(scope) {
  for (const component of COMPONENTS) {
    createAll(component, undefined, { scope });
  }
}
