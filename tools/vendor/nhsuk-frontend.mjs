// The components of the NHS design system that our pages use; the rest stays out of the bundle.
// Radios and Checkboxes are not among them: static/css/forms.css reveals what an option asks for.
export {
  Button,
  CharacterCount,
  ErrorSummary,
  PasswordInput,
  Scroll,
  SkipLink,
  createAll,
} from "nhsuk-frontend";
